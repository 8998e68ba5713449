/// What a batch's commands about payments need to have loaded, beside wallets and orders.
public struct PaymentNeeds: Sendable {
    /// An account whose orders that own a slot and are not credited are counted, as of a moment.
    public struct OpenOrders: Hashable, Sendable {
        public let account: AccountID
        public let at: Timestamp
    }

    /// Networks of which slots are taken: one node at a time gives them away. And those on which a deposit must not be found meanwhile.
    public private(set) var networks: Set<PaymentNetwork> = []
    public private(set) var slots: Set<PaymentSlot> = []
    public private(set) var openOrders: Set<OpenOrders> = []
    /// Deposits by their own id, and those of transactions.
    public private(set) var deposits: Set<DepositID> = []
    public private(set) var transactions: Set<String> = []
    /// Transactions by which an order may have been confirmed.
    public private(set) var confirmingTransactions: Set<String> = []
    /// Claims of orders and of transactions.
    public private(set) var claimingOrders: Set<OrderID> = []
    public private(set) var claimedTransactions: Set<String> = []

    public init() {}

    mutating func add(_ placement: OrderPlacement) {
        slots.formUnion(placement.slots)
        networks.formUnion(placement.slots.lazy.map(\.network))
        openOrders.insert(OpenOrders(account: placement.order.account, at: placement.order.createdAt))
    }

    mutating func add(_ settlement: DepositSettlement) {
        deposits.insert(settlement.deposit)
        confirmingTransactions.insert(settlement.deposit.transaction)
        if settlement.order == nil { claimedTransactions.insert(settlement.deposit.transaction) }
    }

    mutating func add(_ decision: DepositDecision) {
        deposits.insert(decision.deposit)
        if decision.action.isCredit { confirmingTransactions.insert(decision.deposit.transaction) }
    }

    /// A transaction that is in no deposit must be in none until the order says that it was confirmed by it: a scanner waits.
    mutating func add(_ confirmation: OrderConfirmation) {
        guard let transaction = confirmation.transaction else { return }
        transactions.insert(transaction)
        if TransactionHash.canonical(transaction) != nil { networks.formUnion(PaymentNetwork.allCases) }
    }

    mutating func add(_ claim: PaymentClaim) {
        transactions.insert(claim.id.transaction)
        claimingOrders.insert(claim.id.order)
    }
}

extension RechargeOrder {
    /// The names under which a payment may stand in ``transaction``: hashes were once kept as they were written.
    static func names(of transaction: String) -> [String] {
        guard let hash = TransactionHash.canonical(transaction) else { return [transaction] }
        return [hash, String(hash.dropFirst(2))]
    }
}
