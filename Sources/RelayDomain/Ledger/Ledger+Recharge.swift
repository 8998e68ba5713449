extension Ledger {
    func create(_ order: RechargeOrder, in books: inout Books) -> Reply {
        guard books.wallets[order.account] != nil else { return Self.unknown(order.account) }
        guard books.orders[order.id] == nil else { return .refused(Refusal(.conflict, "There is an order \(order.id) already.")) }
        books.orders.insert(order.id, order)
        return .order(order)
    }

    /// Credits an order, once: an order that is credited already is returned as it stands.
    func confirm(_ confirmation: OrderConfirmation, in books: inout Books) -> Reply {
        guard var order = books.orders[confirmation.order], order.account == confirmation.account,
            var wallet = books.wallets[order.account]?.rolled(to: confirmation.at.month)
        else { return .refused(Refusal(.notFound, "There is no recharge order \(confirmation.order).")) }
        switch order.state {
        case .credited: return .order(order)
        case .cancelled: return .refused(Refusal(.conflict, "The recharge order \(order.id) is cancelled."))
        case .waiting: break
        }
        if let transaction = confirmation.transaction {
            guard !books.isUsed(transaction: transaction) else {
                return .refused(Refusal(.conflict, "Another recharge order was confirmed with this transaction.", param: "transaction"))
            }
        }
        guard wallet.posted + order.credits <= .limit else {
            return .refused(Refusal(.conflict, "A wallet holds at most \(Credits.limit) credits."))
        }
        if let transaction = confirmation.transaction { books.markUsed(transaction: transaction) }
        order.state = .credited
        order.creditedAt = confirmation.at
        order.note = confirmation.note
        order.transaction = confirmation.transaction
        wallet.posted += order.credits
        give(order.plan, to: &wallet)
        books.post(
            "\(order.id):credit", .recharge, wallet: &wallet, debit: .house(.cash(network: nil)), credit: .wallet(wallet.account),
            amount: order.credits, at: confirmation.at, note: confirmation.note)
        books.orders.update(order.id, order)
        books.wallets.update(wallet.account, wallet)
        return .order(order)
    }

    /// A plan that is no lower than the present one holds at once, a lower one from the next month on.
    private func give(_ plan: String, to wallet: inout Wallet) {
        if let present = wallet.plan, catalogue.isPlan(plan, lowerThan: present) {
            wallet.nextPlan = plan
        } else {
            wallet.plan = plan
            wallet.nextPlan = nil
        }
    }

    func cancel(_ id: OrderID, of account: AccountID, in books: inout Books) -> Reply {
        guard var order = books.orders[id], order.account == account else {
            return .refused(Refusal(.notFound, "There is no recharge order \(id)."))
        }
        switch order.state {
        case .credited: return .refused(Refusal(.conflict, "The recharge order \(id) is credited; it can no longer be cancelled."))
        case .cancelled: return .order(order)
        case .waiting: break
        }
        order.state = .cancelled
        books.orders.update(id, order)
        return .order(order)
    }
}
