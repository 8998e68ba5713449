@testable import RelayDomain

/// Books with an account, and short ways to orders and transfers.
struct PaymentFixture {
    static let start = LedgerFixture.start
    static let minute: Int64 = 60_000
    static let day: Int64 = 86_400_000
    static let address = "T1"

    var base = LedgerFixture(credits: .zero, plan: nil)
    var account: AccountID { base.account }
    var wallet: Wallet { base.wallet }
    var books: Books { base.books }

    static func slot(_ units: UInt128 = 29_000_000, at address: String = address) -> PaymentSlot {
        PaymentSlot(network: .tron, address: address, amount: TokenAmount(units: units))
    }

    static func hash(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return "0x" + String(repeating: "0", count: 64 - digits.count) + digits
    }

    func order(_ number: UInt64, plan: String = "pro", at time: Timestamp = start, of account: AccountID? = nil) -> RechargeOrder {
        let plan = base.ledger.catalogue.plan(plan)!
        return RechargeOrder(
            id: OrderID(high: 0, low: number), account: account ?? base.account, plan: plan.id, price: plan.price, credits: plan.credits,
            createdAt: time)
    }

    /// An order that has a slot, in no books.
    func waiting(_ number: UInt64, _ slot: PaymentSlot = slot(), at time: Timestamp = start) -> RechargeOrder {
        var order = order(number, at: time)
        order.payment = PaymentTerms(
            slot: slot, decimals: 6, expiresAt: time.adding(milliseconds: 30 * Self.minute),
            graceUntil: time.adding(milliseconds: 7 * Self.day), confirmationsNeeded: 19)
        return order
    }

    static func transfer(
        _ number: Int, _ slot: PaymentSlot = slot(), ordinal: Int = 0, after milliseconds: Int64 = minute,
        isDoubtful: Bool = false
    ) -> ChainTransfer {
        ChainTransfer(
            id: DepositID(network: slot.network, transaction: hash(number), ordinal: ordinal), sender: "T0", recipient: slot.address,
            amount: slot.amount, block: 100, blockHash: hash(99), at: start.adding(milliseconds: milliseconds),
            isDoubtful: isDoubtful)
    }

    mutating func decide(_ command: Command) -> Reply { base.ledger.decide(command, in: &base.books) }

    /// - Returns: the order that came of it.
    mutating func place(_ number: UInt64, _ slots: [PaymentSlot] = [slot()], at time: Timestamp = start, limit: Int = 3) -> Reply {
        decide(
            .placeOrder(
                OrderPlacement(
                    order: order(number, at: time), slots: slots, decimals: 6, expiresAt: time.adding(milliseconds: 30 * Self.minute),
                    graceUntil: time.adding(milliseconds: 7 * Self.day), confirmationsNeeded: 19, openLimit: limit)))
    }

    mutating func find(_ transfer: ChainTransfer) {
        base.books.deposits.load(transfer.id, Deposit(transfer: transfer, decimals: 6, foundAt: transfer.at))
    }

    /// Finds a transfer, and settles it with an order.
    /// - Parameter knowsConfirmed: whether the matching has seen which order was confirmed by its transaction.
    mutating func settle(_ transfer: ChainTransfer, with order: UInt64?, knowsConfirmed: Bool = true) -> Deposit? {
        if books.deposits[transfer.id] == nil { find(transfer) }
        let order = order.flatMap { books.orders[OrderID(high: 0, low: $0)] }
        let confirmed = knowsConfirmed ? books.unlinkedOrder(confirmedBy: transfer.id.transaction) : nil
        return decide(
            .settleDeposit(DepositSettlement(deposit: transfer.id, order: order, confirmed: confirmed, at: Self.start))
        ).deposit
    }

    mutating func resolve(
        _ transfer: ChainTransfer, _ action: DepositDecision.Action, order: UInt64? = nil, account: AccountID?, note: String = "n",
        refund: String? = nil
    ) -> Reply {
        decide(
            .decideDeposit(
                DepositDecision(
                    deposit: transfer.id, action: action, order: order.map { OrderID(high: 0, low: $0) }, account: account, note: note,
                    refundTransaction: refund, at: Self.start)))
    }

    mutating func confirm(_ order: UInt64, _ transaction: String? = nil, after milliseconds: Int64 = 0) -> Reply {
        decide(
            .confirmOrder(
                OrderConfirmation(
                    order: OrderID(high: 0, low: order), account: account, note: "seen", transaction: transaction,
                    at: Self.start.adding(milliseconds: milliseconds))))
    }

    mutating func claim(_ order: UInt64, _ transaction: String) -> Reply {
        decide(
            .claimPayment(
                PaymentClaim(order: OrderID(high: 0, low: order), account: account, transaction: transaction, at: Self.start)))
    }

    func state(_ order: UInt64) -> RechargeOrder.State? { books.orders[OrderID(high: 0, low: order)]?.state }
}

extension Reply {
    var deposit: Deposit? { if case .deposit(let deposit) = self { deposit } else { nil } }
}
