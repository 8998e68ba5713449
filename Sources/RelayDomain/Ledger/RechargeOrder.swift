/// A customer's intention to pay for a plan.
public struct RechargeOrder: Hashable, Sendable {
    /// What is stored. ``Standing`` is what people see.
    public enum State: String, Sendable, CaseIterable {
        case waiting
        case credited
        /// Paid after its time, and credited all the same.
        case creditedLate = "credited_late"
        case cancelled
    }

    public let id: OrderID
    public let account: AccountID
    public let plan: String
    /// What is to be paid, as the credits that the same dollars would be.
    public let price: Credits
    public let credits: Credits
    public let createdAt: Timestamp
    /// What is to be paid on a network; nil where the operator confirms by hand.
    public var payment: PaymentTerms?
    public var state: State
    public var creditedAt: Timestamp?
    /// The operator's note at the confirmation, or why it was cancelled.
    public var note: String?
    /// The payment's transaction, where the operator named one and no deposit of it was in the books. No two orders share one.
    public var transaction: String?
    /// The deposit that credited it, or that turned out to be ``transaction``. No two orders share one.
    public var deposit: DepositID?

    public var isCredited: Bool { state == .credited || state == .creditedLate }
    /// Whether its exact payment would be credited, time aside.
    public var isOpen: Bool { state == .waiting }
    /// The transaction that paid it, as far as it is known.
    public var paidBy: String? { deposit?.transaction ?? transaction }

    public init(
        id: OrderID, account: AccountID, plan: String, price: Credits, credits: Credits, createdAt: Timestamp,
        payment: PaymentTerms? = nil, state: State = .waiting, creditedAt: Timestamp? = nil, note: String? = nil,
        transaction: String? = nil, deposit: DepositID? = nil
    ) {
        self.id = id
        self.account = account
        self.plan = plan
        self.price = price
        self.credits = credits
        self.createdAt = createdAt
        self.payment = payment
        self.state = state
        self.creditedAt = creditedAt
        self.note = note
        self.transaction = transaction
        self.deposit = deposit
    }
}
