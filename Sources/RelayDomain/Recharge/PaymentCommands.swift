/// A recharge order that is to be paid on a network.
public struct OrderPlacement: Sendable {
    /// Without payment terms: they come of the slot that is taken.
    public let order: RechargeOrder
    /// What the order may ask for, the best first: the first one that nobody owns is taken.
    public let slots: [PaymentSlot]
    /// Of the token.
    public let decimals: Int
    public let expiresAt: Timestamp
    public let graceUntil: Timestamp
    public let confirmationsNeeded: Int
    /// How many orders of an account may wait for a payment at a time.
    public let openLimit: Int
    /// How many of an account's orders, open or not, may own a slot without having been credited, where `openLimit` is no more than that:
    /// slots are everybody's.
    public static let uncreditedLimit = 20

    public init(
        order: RechargeOrder, slots: [PaymentSlot], decimals: Int, expiresAt: Timestamp, graceUntil: Timestamp, confirmationsNeeded: Int,
        openLimit: Int
    ) {
        self.order = order
        self.slots = slots
        self.decimals = decimals
        self.expiresAt = expiresAt
        self.graceUntil = graceUntil
        self.confirmationsNeeded = confirmationsNeeded
        self.openLimit = openLimit
    }
}

/// Looks at a deposit that nobody has looked at, together with the order that it was matched with.
public struct DepositSettlement: Sendable {
    public let deposit: DepositID
    /// nil where nobody has asked for it; and then there is no account either.
    public let order: OrderID?
    public let account: AccountID?
    /// The order that was confirmed by hand with the deposit's transaction and is linked to no deposit, as the matching knew it.
    public let confirmed: OrderID?
    public let at: Timestamp

    /// - Parameters:
    ///   - order: what ``DepositMatching/order(for:among:)`` has found.
    ///   - confirmed: of its candidates.
    public init(deposit: DepositID, order: RechargeOrder?, confirmed: RechargeOrder? = nil, at: Timestamp) {
        self.deposit = deposit
        self.order = order?.id
        self.confirmed = confirmed?.id
        account = order?.account
        self.at = at
    }
}

/// The operator's decision about a deposit that is under review.
public struct DepositDecision: Sendable {
    public enum Action: String, Sendable, CaseIterable {
        /// The account is given the credits that the deposit is worth, and no plan.
        case creditFace = "credit_face"
        /// An order is credited, as if the deposit were what it asked for.
        case creditPlan = "credit_plan"
        /// It was, or will be, sent back.
        case refund
        case ignore

        var isCredit: Bool { self == .creditFace || self == .creditPlan }

        var outcome: Deposit.Outcome {
            switch self {
            case .creditFace: .creditFace
            case .creditPlan: .creditPlan
            case .refund: .refund
            case .ignore: .ignore
            }
        }
    }

    public let deposit: DepositID
    public let action: Action
    /// The order that is credited by its plan; nil for the one that the deposit is attributed to. Of no interest to the other actions.
    public let order: OrderID?
    /// Whose wallet it concerns: that of `order`, else the one that the deposit is attributed to, or, for a deposit of nobody's that is
    /// credited by its face value, the one that the operator named. nil for a deposit of nobody's that is sent back or ignored.
    public let account: AccountID?
    public let note: String
    public let refundTransaction: String?
    /// Who decided.
    public let by: String
    public let at: Timestamp

    public init(
        deposit: DepositID, action: Action, order: OrderID?, account: AccountID?, note: String, refundTransaction: String? = nil,
        by: String = "operator", at: Timestamp
    ) {
        self.deposit = deposit
        self.action = action
        self.order = order
        self.account = account
        self.note = note
        self.refundTransaction = refundTransaction
        self.by = by
        self.at = at
    }
}

/// A customer's word that a transaction was their payment. Transfers are public: it credits nothing but their own order's exact payment.
public struct PaymentClaim: Hashable, Sendable {
    public struct ID: Hashable, Sendable {
        public let order: OrderID
        /// See ``TransactionHash``.
        public let transaction: String
    }

    /// Claims that are kept of an order.
    public static let limit = 5

    public let id: ID
    public let account: AccountID
    public let at: Timestamp

    /// - Parameter transaction: in the canonical form of ``TransactionHash``.
    public init(order: OrderID, account: AccountID, transaction: String, at: Timestamp) {
        id = ID(order: order, transaction: transaction)
        self.account = account
        self.at = at
    }
}
