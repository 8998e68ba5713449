extension Ledger {
    /// Decides about a deposit that nobody has looked at. One that was looked at is returned as it stands; and one that has nothing to do
    /// any more with the order that it was matched with stays new, to be matched again. So does one by whose transaction an order was
    /// confirmed since.
    func settle(_ settlement: DepositSettlement, in books: inout Books) -> Reply {
        guard var deposit = books.deposits[settlement.deposit] else { return Self.unknown(settlement.deposit) }
        guard deposit.state == .new else { return .deposit(deposit) }
        guard books.unlinkedOrder(confirmedBy: deposit.id.transaction)?.id == settlement.confirmed else { return .deposit(deposit) }
        guard let id = settlement.order else {
            let isClaimed = books.claims.all.contains { $0.id.transaction == deposit.id.transaction }
            deposit.review(deposit.transfer.isDoubtful ? .doubtful : isClaimed ? .claimed : .unknown)
            books.announce(.review(deposit, of: nil, at: settlement.at))
            books.deposits.update(deposit.id, deposit)
            return .deposit(deposit)
        }
        guard let order = books.orders[id], order.account == settlement.account else {
            return .refused(Refusal(.notFound, "There is no recharge order \(id)."))
        }
        settle(&deposit, with: order, at: settlement.at, in: &books)
        return .deposit(deposit)
    }

    /// - Parameter deposit: a new one.
    func settle(_ deposit: inout Deposit, with order: RechargeOrder, at time: Timestamp, in books: inout Books) {
        var order = order
        switch DepositMatching.outcome(of: deposit.transfer, for: order) {
        case nil: return
        case .link?:
            deposit.decide(.linked, .credited, at: time)
            pay(&order, through: &deposit)
        case .credit?:
            guard var wallet = books.wallets[order.account]?.rolled(to: time.month) else { return }
            let credit = OrderCredit(network: deposit.id.network, paidAt: deposit.transfer.at, at: time, note: nil)
            if self.credit(&order, by: credit, to: &wallet, in: &books) {
                deposit.decide(.matched, .credited, at: time)
                pay(&order, through: &deposit)
                announce(credited: order, at: time, in: &books)
                books.wallets.update(wallet.account, wallet)
            } else {
                deposit.review(.walletFull, of: order)
            }
        case .review(let reason)?: deposit.review(reason, of: order)
        }
        if deposit.state == .review { books.announce(.review(deposit, of: order, at: time)) }
        if deposit.state == .credited { books.orders.update(order.id, order) }
        books.deposits.update(deposit.id, deposit)
    }

    static func unknown(_ deposit: DepositID) -> Reply { .refused(Refusal(.notFound, "There is no deposit \(deposit).")) }
}
