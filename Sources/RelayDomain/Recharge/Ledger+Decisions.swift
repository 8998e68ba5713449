extension Ledger {
    /// Decides about a deposit that is under review. The same decision again answers as it stands. An order that waits goes on waiting, for
    /// the exact payment: anybody can send something to an address, and its being dealt with must not end the order.
    func decide(_ decision: DepositDecision, in books: inout Books) -> Reply {
        guard var deposit = books.deposits[decision.deposit] else { return Self.unknown(decision.deposit) }
        switch deposit.state {
        case .new: return Self.conflict("The deposit is just being matched with the orders. Try again in a moment.")
        case .review: break
        case .credited, .refunded, .ignored:
            return deposit.was(decided: decision)
                ? .deposit(deposit) : Self.conflict("The deposit is decided: it is \(deposit.state.rawValue).")
        }
        if decision.action.isCredit, let order = books.unlinkedOrder(confirmedBy: deposit.id.transaction) {
            return Self.conflict("The order \(order.id) was confirmed by this transaction. Try again when its deposit was found.")
        }
        var wallet: Wallet?
        if let account = decision.account {
            guard let found = books.wallets[account] else { return Self.unknown(account) }
            wallet = found.rolled(to: decision.at.month)
        }
        let refusal =
            switch decision.action {
            case .creditPlan: creditPlan(of: &deposit, by: decision, to: &wallet, in: &books)
            case .creditFace: creditFace(of: &deposit, by: decision, to: &wallet, in: &books)
            case .refund: refund(&deposit, by: decision, from: &wallet, in: &books)
            case .ignore: ignore(&deposit, by: decision)
            }
        if let refusal { return .refused(refusal) }
        deposit.note = decision.note
        deposit.decidedBy = decision.by
        books.deposits.update(deposit.id, deposit)
        if let wallet { books.wallets.update(wallet.account, wallet) }
        return .deposit(deposit)
    }

    private static func conflict(_ message: String) -> Reply { .refused(Refusal(.conflict, message)) }

    /// The money is taken for what an order asks for, whatever it is.
    private func creditPlan(
        of deposit: inout Deposit, by decision: DepositDecision, to wallet: inout Wallet?, in books: inout Books
    ) -> Refusal? {
        guard let id = decision.order ?? deposit.order, var order = books.orders[id], order.account == wallet?.account, var own = wallet
        else {
            return Refusal(.invalidRequest, "Name the order that is to be credited.", param: "order")
        }
        guard !order.isCredited else {
            return Refusal(.conflict, "The recharge order \(id) is credited already. Name another one.", param: "order")
        }
        let credit = OrderCredit(network: deposit.id.network, paidAt: deposit.transfer.at, at: decision.at, note: decision.note)
        guard self.credit(&order, by: credit, to: &own, in: &books) else { return Self.fullWallet }
        order.note = decision.note
        deposit.decide(.creditPlan, .credited, at: decision.at)
        pay(&order, through: &deposit)
        announce(credited: order, at: decision.at, in: &books)
        books.orders.update(id, order)
        wallet = own
        return nil
    }

    private func creditFace(
        of deposit: inout Deposit, by decision: DepositDecision, to wallet: inout Wallet?, in books: inout Books
    ) -> Refusal? {
        guard var own = wallet else { return Refusal(.invalidRequest, "Name the account that is to be credited.", param: "account") }
        if let refusal = deposit.refusesOther(own.account) { return refusal }
        guard let face = deposit.face, own.posted + face <= .limit else { return Self.fullWallet }
        guard face > .zero else {
            return Refusal(
                .conflict, "The deposit is worth less than a thousandth of a credit. Ignore it, or send it back.", param: "action")
        }
        deposit.decide(.creditFace, .credited, at: decision.at)
        deposit.account = own.account
        deposit.credited = face
        postCredit(of: deposit, face, by: decision, to: &own, in: &books)
        wallet = own
        return nil
    }

    /// The statement of a known account shows that money came and went. What no wallet may hold, or is worth nothing, it does not show.
    private func refund(
        _ deposit: inout Deposit, by decision: DepositDecision, from wallet: inout Wallet?, in books: inout Books
    ) -> Refusal? {
        if let refusal = deposit.refusesOther(wallet?.account) { return refusal }
        deposit.decide(.refund, .refunded, at: decision.at)
        deposit.refundTransaction = decision.refundTransaction
        guard var own = wallet, deposit.account != nil, let face = deposit.face, face > .zero, own.posted + face <= .limit else {
            return nil
        }
        postCredit(of: deposit, face, by: decision, to: &own, in: &books)
        own.posted -= face
        books.post(
            "\(deposit.id):refund", .refund, wallet: &own, debit: .wallet(own.account),
            credit: .house(.cash(network: deposit.id.network.rawValue)), amount: face, at: decision.at, note: decision.note)
        wallet = own
        return nil
    }

    private func ignore(_ deposit: inout Deposit, by decision: DepositDecision) -> Refusal? {
        if let refusal = deposit.refusesOther(decision.account) { return refusal }
        deposit.decide(.ignore, .ignored, at: decision.at)
        return nil
    }

    private func postCredit(
        of deposit: Deposit, _ face: Credits, by decision: DepositDecision, to wallet: inout Wallet, in books: inout Books
    ) {
        wallet.posted += face
        books.post(
            "\(deposit.id):credit", .recharge, wallet: &wallet, debit: .house(.cash(network: deposit.id.network.rawValue)),
            credit: .wallet(wallet.account), amount: face, at: decision.at, note: decision.note)
    }
}

extension Deposit {
    fileprivate func was(decided decision: DepositDecision) -> Bool {
        outcome == decision.action.outcome && note == decision.note && refundTransaction == decision.refundTransaction
            && (decision.action != .creditPlan || decision.order == nil || order == decision.order)
            && (account == nil || account == decision.account)
    }

    /// What is attributed to one account is not given to another, nor sent back in its name, but as the payment of an order.
    fileprivate func refusesOther(_ account: AccountID?) -> Refusal? {
        guard let own = self.account, own != account else { return nil }
        return Refusal(.conflict, "The deposit is attributed to the account \(own).", param: "account")
    }
}
