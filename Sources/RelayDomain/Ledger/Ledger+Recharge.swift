extension Ledger {
    func create(_ order: RechargeOrder, in books: inout Books) -> Reply {
        guard books.wallets[order.account] != nil else { return Self.unknown(order.account) }
        guard books.orders[order.id] == nil else { return .refused(Refusal(.conflict, "There is an order \(order.id) already.")) }
        guard order.payment == nil else { return .refused(Refusal(.conflict, "An order that is paid on a network takes a slot.")) }
        books.orders.insert(order.id, order)
        books.announce(.recharge(order, .waiting, at: order.createdAt))
        return .order(order)
    }

    /// Credits an order by the operator's word, once: an order that is credited already is returned as it stands.
    ///
    /// Where the payment is a deposit of the books, the order is credited through it, so that nothing else can be.
    func confirm(_ confirmation: OrderConfirmation, in books: inout Books) -> Reply {
        guard var order = books.orders[confirmation.order], order.account == confirmation.account,
            var wallet = books.wallets[order.account]?.rolled(to: confirmation.at.month)
        else { return .refused(Refusal(.notFound, "There is no recharge order \(confirmation.order).")) }
        if order.isCredited { return .order(order) }
        guard order.isOpen else { return .refused(Refusal(.conflict, "The recharge order \(order.id) is cancelled.")) }
        var deposit: Deposit?
        if let transaction = confirmation.transaction {
            switch payment(transaction, of: order, in: books) {
            case .success(let found): deposit = found
            case .failure(let refusal): return .refused(refusal)
            }
        }
        let paidAt = deposit?.transfer.at ?? confirmation.at
        let credit = OrderCredit(network: deposit?.id.network, paidAt: paidAt, at: confirmation.at, note: confirmation.note)
        guard self.credit(&order, by: credit, to: &wallet, in: &books) else { return .refused(Self.fullWallet) }
        order.note = confirmation.note
        if var deposit {
            deposit.decide(.creditPlan, .credited, at: confirmation.at)
            deposit.note = confirmation.note
            deposit.decidedBy = "operator"
            pay(&order, through: &deposit)
            books.deposits.update(deposit.id, deposit)
        } else if let transaction = confirmation.transaction {
            books.markUsed(transaction: transaction)
            order.transaction = transaction
        }
        announce(credited: order, at: confirmation.at, in: &books)
        books.orders.update(order.id, order)
        books.wallets.update(wallet.account, wallet)
        return .order(order)
    }

    func cancel(_ id: OrderID, of account: AccountID, at time: Timestamp, in books: inout Books) -> Reply {
        guard var order = books.orders[id], order.account == account else {
            return .refused(Refusal(.notFound, "There is no recharge order \(id)."))
        }
        guard !order.isCredited else {
            return .refused(Refusal(.conflict, "The recharge order \(id) is credited; it can no longer be cancelled."))
        }
        if order.isOpen {
            order.state = .cancelled
            books.orders.update(id, order)
            books.announce(.recharge(order, .cancelled, at: time))
        }
        return .order(order)
    }

    static let fullWallet = Refusal(.conflict, "A wallet holds at most \(Credits.limit) credits.")

    /// - Returns: the deposit that a transaction brought for an order; nil where none of the transaction's is known, so that the operator's
    ///   word stands alone.
    private func payment(_ transaction: String, of order: RechargeOrder, in books: Books) -> Result<Deposit?, Refusal> {
        let known = books.deposits.all.filter { $0.id.transaction == transaction }.sorted { $0.id < $1.id }
        let undecided = known.filter { $0.isUndecided && ($0.order == nil || $0.order == order.id) }
        let unclaimed = undecided.filter { $0.state == .review && $0.order == nil }
        let own =
            undecided.first { $0.transfer.slot == order.payment?.slot && DepositMatching.outcome(of: $0.transfer, for: order) != nil }
            ?? undecided.first { $0.order == order.id } ?? (unclaimed.count == 1 ? unclaimed[0] : nil)
        if let own { return .success(own) }
        guard known.isEmpty, !books.isUsed(transaction: transaction) else {
            return .failure(Refusal(.conflict, "This transaction is not a payment of this order.", param: "transaction"))
        }
        return .success(nil)
    }
}

/// How an order comes to be credited.
struct OrderCredit {
    /// Where the money came in; nil for the order's own network, if it has one.
    let network: PaymentNetwork?
    /// When the customer paid, as far as that is known.
    let paidAt: Timestamp
    let at: Timestamp
    /// For the journal.
    let note: String?
}

extension Ledger {
    /// Gives the wallet what the order is for.
    /// - Returns: false where the wallet would hold more than it may: then nothing has changed.
    func credit(_ order: inout RechargeOrder, by credit: OrderCredit, to wallet: inout Wallet, in books: inout Books) -> Bool {
        guard wallet.posted + order.credits <= .limit else { return false }
        order.state = order.payment.map { credit.paidAt > $0.expiresAt } ?? false ? .creditedLate : .credited
        order.creditedAt = credit.at
        wallet.posted += order.credits
        give(order.plan, to: &wallet)
        let network = (credit.network ?? order.payment?.network)?.rawValue
        books.post(
            "\(order.id):credit", .recharge, wallet: &wallet, debit: .house(.cash(network: network)), credit: .wallet(wallet.account),
            amount: order.credits, at: credit.at, note: credit.note)
        return true
    }

    /// Told when it is known what has paid the order.
    func announce(credited order: RechargeOrder, at time: Timestamp, in books: inout Books) {
        books.announce(.recharge(order, order.state == .creditedLate ? .creditedLate : .credited, at: time))
    }

    /// Says of a credited order and of a decided deposit that one paid the other.
    func pay(_ order: inout RechargeOrder, through deposit: inout Deposit) {
        order.deposit = deposit.id
        deposit.order = order.id
        deposit.account = order.account
        if deposit.outcome != .linked { deposit.credited = order.credits }
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
}
