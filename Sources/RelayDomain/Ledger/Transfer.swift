/// An account of the operator's own books.
public struct OperatorAccount: Hashable, Sendable {
    public let name: String

    public init(name: String) {
        self.name = name
    }

    /// What customers paid for.
    public static let revenue = OperatorAccount(name: "revenue")
    /// What upstreams reported beyond holds.
    public static let absorbed = OperatorAccount(name: "absorbed")
    /// The other side of an operator's corrections.
    public static let adjustment = OperatorAccount(name: "adjustment")

    /// Money that came in by a network; `manual` where the operator confirmed by hand.
    public static func cash(network: String?) -> OperatorAccount { OperatorAccount(name: "cash:\(network ?? "manual")") }
}

/// One side of a transfer. Written `acc_…` or the operator account's name.
public enum LedgerAccount: Hashable, Sendable, CustomStringConvertible {
    case wallet(AccountID)
    case house(OperatorAccount)

    public var description: String {
        switch self {
        case .wallet(let account): account.description
        case .house(let account): account.name
        }
    }
}

/// An entry of the journal: the same amount leaves one account and reaches another. Never changed, never removed.
public struct Transfer: Hashable, Sendable {
    public enum Kind: String, Sendable {
        case recharge
        case charge
        case absorbed
        case adjustment
        /// A deposit that was sent back.
        case refund
    }

    /// Unique, and derived from what caused it: `req_…:settle`. A cause that comes twice cannot move money twice.
    public let id: String
    /// The wallet in whose journal it stands, and its place there, counted from 1 without a gap.
    public let wallet: AccountID
    public let number: Int64
    public let kind: Kind
    public let debit: LedgerAccount
    public let credit: LedgerAccount
    /// Above zero.
    public let amount: Credits
    /// The wallet's posted credits after it.
    public let balanceAfter: Credits
    public let at: Timestamp
    /// The operator's reason or note, where there is one.
    public let note: String?

    public init(
        id: String, wallet: AccountID, number: Int64, kind: Kind, debit: LedgerAccount, credit: LedgerAccount, amount: Credits,
        balanceAfter: Credits, at: Timestamp, note: String? = nil
    ) {
        self.id = id
        self.wallet = wallet
        self.number = number
        self.kind = kind
        self.debit = debit
        self.credit = credit
        self.amount = amount
        self.balanceAfter = balanceAfter
        self.at = at
        self.note = note
    }
}
