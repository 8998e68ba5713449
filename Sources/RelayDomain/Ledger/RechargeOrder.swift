/// A customer's intention to pay for a plan.
public struct RechargeOrder: Hashable, Sendable {
    public enum State: String, Sendable, CaseIterable {
        case waiting
        case credited
        case cancelled
    }

    public let id: OrderID
    public let account: AccountID
    public let plan: String
    /// What is to be paid, as the credits that the same dollars would be.
    public let price: Credits
    public let credits: Credits
    public let createdAt: Timestamp
    public var state: State
    public var creditedAt: Timestamp?
    /// The operator's note at the confirmation.
    public var note: String?
    /// The payment's transaction, where the operator named one. No two orders share one.
    public var transaction: String?

    public init(
        id: OrderID, account: AccountID, plan: String, price: Credits, credits: Credits, createdAt: Timestamp, state: State = .waiting,
        creditedAt: Timestamp? = nil, note: String? = nil, transaction: String? = nil
    ) {
        self.id = id
        self.account = account
        self.plan = plan
        self.price = price
        self.credits = credits
        self.createdAt = createdAt
        self.state = state
        self.creditedAt = creditedAt
        self.note = note
        self.transaction = transaction
    }
}
