/// The name of one token transfer on a chain: its transaction, and its place among that transaction's own logs.
///
/// The place in the block, which chains call the log's index, changes when a transaction is mined again; this does not.
public struct DepositID: Hashable, Comparable, Sendable {
    public let network: PaymentNetwork
    /// `0x` and 64 hexadecimal digits in lower case.
    public let transaction: String
    /// Counted from 0.
    public let ordinal: Int

    public init(network: PaymentNetwork, transaction: String, ordinal: Int) {
        self.network = network
        self.transaction = transaction
        self.ordinal = ordinal
    }

    public static func < (a: DepositID, b: DepositID) -> Bool {
        (a.network, a.transaction, a.ordinal) < (b.network, b.transaction, b.ordinal)
    }
}

extension DepositID: CustomStringConvertible {
    /// `dep:tron:0x…:0`: the form in the database and in transfers.
    public var description: String { "dep:\(network.rawValue):\(transaction):\(ordinal)" }

    /// Reads ``description``.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "dep", let network = PaymentNetwork(rawValue: String(parts[1])),
            let ordinal = Int(parts[3]), ordinal >= 0, String(ordinal) == parts[3], !parts[2].isEmpty
        else { return nil }
        self.init(network: network, transaction: String(parts[2]), ordinal: ordinal)
    }
}

/// A transaction's hash, as people and nodes write it.
public enum TransactionHash {
    /// - Returns: `0x` and 64 hexadecimal digits in lower case, the form of ``DepositID/transaction``; nil for what is no such hash. TRON's
    ///   people write it without the `0x`, and capitals mean the same: one payment must not have two names.
    public static func canonical(_ text: some StringProtocol) -> String? {
        let lower = text.lowercased()
        let digits = lower.hasPrefix("0x") ? lower.dropFirst(2) : lower[...]
        guard digits.utf8.count == 64, digits.utf8.allSatisfy({ $0.isDigit || (0x61...0x66).contains($0) }) else { return nil }
        return "0x" + digits
    }
}

/// A final transfer of tokens to an address of the operator, as the chain tells it.
public struct ChainTransfer: Hashable, Sendable {
    public let id: DepositID
    /// The address that was paid from, and the one that was paid to, in the network's canonical form.
    public let sender: String
    public let recipient: String
    public let amount: TokenAmount
    public let block: Int64
    /// `0x` and 64 hexadecimal digits.
    public let blockHash: String
    /// The block's own time.
    public let at: Timestamp
    /// Whether the chain's own record of its transaction could not be read, so that it is known from elsewhere: then it is never credited
    /// without the operator.
    public let isDoubtful: Bool

    public init(
        id: DepositID, sender: String, recipient: String, amount: TokenAmount, block: Int64, blockHash: String, at: Timestamp,
        isDoubtful: Bool = false
    ) {
        self.id = id
        self.sender = sender
        self.recipient = recipient
        self.amount = amount
        self.block = block
        self.blockHash = blockHash
        self.at = at
        self.isDoubtful = isDoubtful
    }
}

/// A transfer to the operator in the books, and what was made of it: decided once, by the matching or by the operator.
public struct Deposit: Hashable, Sendable {
    public enum State: String, Sendable, CaseIterable {
        /// Nobody has looked at it.
        case new
        case credited
        /// The operator is to decide.
        case review
        case refunded
        case ignored
    }

    /// Why the operator is to decide, or need not.
    public enum ReviewReason: String, Sendable, CaseIterable {
        /// Less than what the one order that is open at its address asks for, or more.
        case under
        case over
        /// Its order was credited before, or was cancelled.
        case duplicate
        case cancelled
        /// It was mined after its order's grace.
        case tooLate = "too_late"
        /// Nobody has asked for it.
        case unknown
        /// The same, and a customer says that it is theirs.
        case claimed
        /// The wallet would hold more than one may.
        case walletFull = "wallet_full"
        /// The chain's own record of its transaction could not be read.
        case doubtful
        /// Too little to be looked at: it was ignored as it was found.
        case dust
    }

    /// How it was decided.
    public enum Outcome: String, Sendable, CaseIterable {
        /// It paid its order exactly.
        case matched
        /// It is the payment by which the operator had confirmed its order before: no money has moved for it.
        case linked
        /// By the operator: see ``DepositDecision/Action``.
        case creditFace = "credit_face"
        case creditPlan = "credit_plan"
        case refund
        case ignore
    }

    public let transfer: ChainTransfer
    /// Of the token, in which the transfer's amount is counted.
    public let decimals: Int
    /// When the scanner wrote it.
    public let foundAt: Timestamp
    public var state: State
    /// Kept when it is decided.
    public var reason: ReviewReason?
    /// The order that it pays or was meant for, as far as that is known, and its account.
    public var order: OrderID?
    public var account: AccountID?
    public var outcome: Outcome?
    /// What it added to the account's wallet: nil where it moved nothing, or was given back.
    public var credited: Credits?
    /// The operator's note, and who that was.
    public var note: String?
    public var decidedBy: String?
    public var decidedAt: Timestamp?
    /// The transaction by which it was given back, where the operator named one.
    public var refundTransaction: String?

    public var id: DepositID { transfer.id }
    /// The credits that it is worth; nil for more than any wallet may hold.
    public var face: Credits? { transfer.amount.faceValue(decimals: decimals) }
    public var isUndecided: Bool { state == .new || state == .review }

    public init(
        transfer: ChainTransfer, decimals: Int, foundAt: Timestamp, state: State = .new, reason: ReviewReason? = nil, order: OrderID? = nil,
        account: AccountID? = nil, outcome: Outcome? = nil, credited: Credits? = nil, note: String? = nil, decidedBy: String? = nil,
        decidedAt: Timestamp? = nil, refundTransaction: String? = nil
    ) {
        self.transfer = transfer
        self.decimals = decimals
        self.foundAt = foundAt
        self.state = state
        self.reason = reason
        self.order = order
        self.account = account
        self.outcome = outcome
        self.credited = credited
        self.note = note
        self.decidedBy = decidedBy
        self.decidedAt = decidedAt
        self.refundTransaction = refundTransaction
    }

    mutating func review(_ reason: ReviewReason, of order: RechargeOrder? = nil) {
        state = .review
        self.reason = reason
        self.order = order?.id
        account = order?.account
    }

    /// Found, and worth less than anybody is to be asked about.
    public static func dust(_ transfer: ChainTransfer, decimals: Int, foundAt: Timestamp) -> Deposit {
        Deposit(
            transfer: transfer, decimals: decimals, foundAt: foundAt, state: .ignored, reason: .dust, outcome: .ignore, decidedAt: foundAt)
    }

    mutating func decide(_ outcome: Outcome, _ state: State, at time: Timestamp) {
        self.state = state
        self.outcome = outcome
        decidedAt = time
    }
}
