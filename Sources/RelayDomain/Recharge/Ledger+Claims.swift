extension Ledger {
    /// Takes a customer's word for where to look, and for nothing else: their own order's exact payment is credited, as it would be without
    /// it. Whatever else the transaction has brought is the operator's to decide; the order is as it was.
    func claim(_ claim: PaymentClaim, in books: inout Books) -> Reply {
        guard let order = books.orders[claim.id.order], order.account == claim.account else {
            return .refused(Refusal(.notFound, "There is no recharge order \(claim.id.order)."))
        }
        guard let terms = order.payment else {
            return .refused(Refusal(.conflict, "This recharge order is not paid on a network: the operator confirms it."))
        }
        if order.isCredited { return .order(order) }
        let known = books.deposits.all.filter { $0.id.transaction == claim.id.transaction && $0.id.network == terms.network }
            .sorted { $0.id < $1.id }
        let exact = known.filter { $0.transfer.slot == terms.slot }
        if var deposit = exact.first(where: { $0.state == .new && order.isPaid(by: $0.transfer) }) {
            settle(&deposit, with: order, at: claim.at, in: &books)
        }
        let present = books.orders[order.id] ?? order
        if present.isCredited { return .order(present) }
        guard keep(claim, in: &books) else {
            return .refused(
                Refusal(.conflict, "\(PaymentClaim.limit) transactions were named for this order. The operator will look at them."))
        }
        if exact.isEmpty { mark(known, in: &books) }
        return .order(present)
    }

    /// - Returns: false where there are too many.
    private func keep(_ claim: PaymentClaim, in books: inout Books) -> Bool {
        guard books.claims[claim.id] == nil else { return true }
        guard books.claims.all.count(where: { $0.id.order == claim.id.order }) < PaymentClaim.limit else { return false }
        books.claims.insert(claim.id, claim)
        return true
    }

    private func mark(_ deposits: [Deposit], in books: inout Books) {
        for var deposit in deposits where deposit.state == .review && deposit.reason == .unknown {
            deposit.reason = .claimed
            books.deposits.update(deposit.id, deposit)
        }
    }
}

extension RechargeOrder {
    /// Whether a transfer would credit it. One that would be another owner's of its slot is not touched by a claim.
    fileprivate func isPaid(by transfer: ChainTransfer) -> Bool {
        if case .credit = DepositMatching.outcome(of: transfer, for: self) { true } else { false }
    }
}
