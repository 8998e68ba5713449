/// Everything that changes the books. Each command names its one wallet, so that what a batch must lock is known before anything is read;
/// only what concerns a payment that is nobody's has none.
public enum Command: Sendable {
    case admit(AdmissionRequest)
    /// Moves an open hold to another model of its route.
    case move(HoldMove)
    case end(HoldEnding)
    case openAccount(Account)
    /// Suspends for a reason; nil resumes.
    case suspend(AccountID, because: String?)
    /// Puts an account on a plan at once.
    case setPlan(AccountID, plan: String, at: Timestamp)
    case createKey(Key)
    case revokeKey(AccountID, KeyID, at: Timestamp)
    case adjust(Adjustment)
    /// An order that the operator confirms by hand.
    case createOrder(RechargeOrder)
    /// An order that is paid on a network.
    case placeOrder(OrderPlacement)
    case confirmOrder(OrderConfirmation)
    case cancelOrder(AccountID, OrderID, at: Timestamp)
    case settleDeposit(DepositSettlement)
    case decideDeposit(DepositDecision)
    case claimPayment(PaymentClaim)
    /// The guard has seen abnormal traffic.
    case find(Finding)
    case resolve(Resolution)

    public var account: AccountID? {
        switch self {
        case .admit(let request): request.secret.account
        case .move(let move): move.admission.secret.account
        case .end(let ending): ending.account
        case .openAccount(let account): account.id
        case .suspend(let account, _): account
        case .setPlan(let account, _, _): account
        case .createKey(let key): key.account
        case .revokeKey(let account, _, _): account
        case .adjust(let adjustment): adjustment.account
        case .createOrder(let order): order.account
        case .placeOrder(let placement): placement.order.account
        case .confirmOrder(let confirmation): confirmation.account
        case .cancelOrder(let account, _, _): account
        case .settleDeposit(let settlement): settlement.account
        case .decideDeposit(let decision): decision.account
        case .claimPayment(let claim): claim.account
        case .find(let finding): finding.account
        case .resolve(let resolution): resolution.account
        }
    }

    /// Whether the books are wrong for as long as this has not been written: the end of a hold must land, whatever it takes.
    public var mustLand: Bool {
        // What expires will be found again by whoever looks next.
        if case .end(let ending) = self { ending.outcome != .expire } else { false }
    }
}

/// How a hold ends.
public struct HoldEnding: Sendable {
    public enum Outcome: Hashable, Sendable {
        case settle(Usage)
        case void
        case expire
    }

    public let request: RequestID
    public let account: AccountID
    public let outcome: Outcome
    public let facts: ExchangeFacts
    /// What is kept of the answer, for requests that carried an idempotency key.
    public let answer: AnswerKeeping
    public let at: Timestamp

    public init(
        request: RequestID, account: AccountID, outcome: Outcome, facts: ExchangeFacts, answer: AnswerKeeping = .none, at: Timestamp
    ) {
        self.request = request
        self.account = account
        self.outcome = outcome
        self.facts = facts
        self.answer = answer
        self.at = at
    }
}

/// An operator's correction of a wallet.
public struct Adjustment: Sendable {
    /// Given by whoever asks for it: the same adjustment twice moves money once, and another under its id is refused.
    public let id: AdjustmentID
    public let account: AccountID
    /// Added to the wallet; below zero takes away, never more than is available.
    public let credits: Credits
    public let reason: String
    public let at: Timestamp

    public init(id: AdjustmentID, account: AccountID, credits: Credits, reason: String, at: Timestamp) {
        self.id = id
        self.account = account
        self.credits = credits
        self.reason = reason
        self.at = at
    }
}

/// The operator's word that an order was paid.
public struct OrderConfirmation: Sendable {
    public let order: OrderID
    public let account: AccountID
    public let note: String
    /// The payment's name, a hash in the canonical form of ``TransactionHash``.
    public let transaction: String?
    public let at: Timestamp

    public init(order: OrderID, account: AccountID, note: String, transaction: String?, at: Timestamp) {
        self.order = order
        self.account = account
        self.note = note
        self.transaction = transaction.map { TransactionHash.canonical($0) ?? $0 }
        self.at = at
    }
}
