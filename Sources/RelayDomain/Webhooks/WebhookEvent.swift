/// Something that programs are told of. It is decided with what it tells about, and written in the same transaction.
public struct WebhookEvent: Hashable, Sendable {
    /// The raw value is the `type` that programs see.
    public enum Kind: String, Sendable, CaseIterable {
        case rechargeCreated = "recharge.created"
        /// A payment is on the chain and not final yet.
        case rechargeSeen = "recharge.seen"
        case rechargeCredited = "recharge.credited"
        case rechargeCreditedLate = "recharge.credited_late"
        /// The operator is to decide about a payment of the order.
        case rechargeReview = "recharge.review"
        case rechargeExpired = "recharge.expired"
        case rechargeCancelled = "recharge.cancelled"
        /// The posted credits have fallen below what ``AlertSettings`` says.
        case walletLow = "wallet.low"
        /// What a key has used has reached a part of its month's budget.
        case keyBudget = "key.budget"
        case reviewOpened = "review.opened"
        /// The operator is to decide about a payment of no order.
        case depositReview = "deposit.review"

        /// Whether no customer is told.
        public var isForOperatorAlone: Bool { self == .reviewOpened || self == .depositReview }

        /// Whether it warns, where the others tell a step of an order or a payment. A warning that was given already is not given again,
        /// and must never hinder what it warns of.
        public var isAlert: Bool { self == .walletLow || self == .keyBudget || self == .reviewOpened }
    }

    public enum Payload: Hashable, Sendable {
        case recharge(RechargeNotice)
        case walletLow(account: AccountID, credits: Credits, threshold: Credits)
        case keyBudget(KeyBudgetNotice)
        case review(ReviewID, account: AccountID, Review.Reason, summary: String)
        case deposit(DepositID, amount: TokenAmount, decimals: Int, Deposit.ReviewReason)
    }

    /// Unique, and derived from what caused it: `rch_…:credited`. A cause that comes twice cannot be told twice. To the receivers it is the
    /// message's id.
    public let name: String
    public let kind: Kind
    /// Whom it concerns; nil for what is nobody's.
    public let account: AccountID?
    public let at: Timestamp
    public let payload: Payload

    public init(name: String, kind: Kind, account: AccountID?, at: Timestamp, payload: Payload) {
        self.name = name
        self.kind = kind
        self.account = account
        self.at = at
        self.payload = payload
    }
}

/// What is told of a recharge order.
public struct RechargeNotice: Hashable, Sendable {
    public let order: OrderID
    public let account: AccountID
    public let plan: String
    public let price: Credits
    public let credits: Credits
    /// What people saw of the order at that moment.
    public let standing: RechargeOrder.Standing
    public let network: PaymentNetwork?
    /// The transaction that pays it, or that the operator is to look at.
    public let transaction: String?
}

/// What is told of a key's budget.
public struct KeyBudgetNotice: Hashable, Sendable {
    public let account: AccountID
    public let key: KeyID
    public let month: Month
    public let used: Credits
    public let budget: Credits
    /// The part of the budget that was reached.
    public let percent: Int64
}

extension WebhookEvent {
    /// A step in the life of an order.
    /// - Parameters:
    ///   - standing: the step.
    ///   - state: what people see of the order, where that is not the step itself.
    ///   - deposit: a payment that was seen, or is under review. The other steps know their own.
    public static func recharge(
        _ order: RechargeOrder, _ standing: RechargeOrder.Standing, state: RechargeOrder.Standing? = nil, deposit: DepositID? = nil,
        at time: Timestamp
    ) -> WebhookEvent {
        let (kind, step): (Kind, String) =
            switch standing {
            case .waiting: (.rechargeCreated, "created")
            case .seen: (.rechargeSeen, "seen")
            case .credited: (.rechargeCredited, "credited")
            case .creditedLate: (.rechargeCreditedLate, "credited_late")
            case .review: (.rechargeReview, "review")
            case .expired: (.rechargeExpired, "expired")
            case .cancelled: (.rechargeCancelled, "cancelled")
            }
        let notice = RechargeNotice(
            order: order.id, account: order.account, plan: order.plan, price: order.price, credits: order.credits,
            standing: state ?? standing,
            network: deposit?.network ?? order.deposit?.network ?? order.payment?.network, transaction: deposit?.transaction ?? order.paidBy
        )
        // An order may have several payments that the operator is to look at.
        let cause = standing == .review ? deposit?.description ?? order.id.description : order.id.description
        return WebhookEvent(name: "\(cause):\(step)", kind: kind, account: order.account, at: time, payload: .recharge(notice))
    }

    /// A deposit that the operator is to decide about.
    /// - Parameter order: that it was meant for, as far as that is known.
    static func review(_ deposit: Deposit, of order: RechargeOrder?, at time: Timestamp) -> WebhookEvent {
        if let order {
            // Who has paid twice has paid, and another amount does not end an order.
            let isExact = deposit.transfer.slot == order.payment?.slot
            let state = order.standing(at: time, sighting: nil, underReview: isExact ? .exactAmount : .otherAmount)
            return recharge(order, .review, state: state, deposit: deposit.id, at: time)
        }
        return WebhookEvent(
            name: "\(deposit.id):review", kind: .depositReview, account: nil, at: time,
            payload: .deposit(
                deposit.id, amount: deposit.transfer.amount, decimals: deposit.decimals, deposit.reason ?? .unknown))
    }

    static func opened(_ review: Review) -> WebhookEvent {
        WebhookEvent(
            name: "\(review.id):opened", kind: .reviewOpened, account: review.account, at: review.createdAt,
            payload: .review(review.id, account: review.account, review.reason, summary: review.summary))
    }
}
