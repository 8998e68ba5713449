extension Ledger {
    /// Makes an order that is to be paid on a network, and gives it the first slot that nobody owns.
    func place(_ placement: OrderPlacement, in books: inout Books) -> Reply {
        var order = placement.order
        guard books.wallets[order.account] != nil else { return Self.unknown(order.account) }
        guard books.orders[order.id] == nil else { return .refused(Refusal(.conflict, "There is an order \(order.id) already.")) }
        let uncredited = books.orders.all.filter { $0.account == order.account && $0.ownsSlotUncredited(at: order.createdAt) }
        let open = uncredited.count { $0.isWaitingForPayment(at: order.createdAt) }
        guard open < placement.openLimit else {
            return .refused(
                Refusal(.conflict, "\(open) recharge orders wait for their payment. Pay one of them, or wait until one has expired."))
        }
        guard uncredited.count < max(placement.openLimit, OrderPlacement.uncreditedLimit) else {
            return .refused(
                Refusal(.conflict, "\(uncredited.count) recharge orders were not paid. Pay one of them, or wait some days."))
        }
        guard let slot = placement.slots.first(where: { isFree($0, at: order.createdAt, in: books) }) else {
            return .refused(Refusal(.conflict, "No payment address is free at this moment. Try again in a few minutes."))
        }
        order.payment = PaymentTerms(
            slot: slot, decimals: placement.decimals, expiresAt: placement.expiresAt, graceUntil: placement.graceUntil,
            confirmationsNeeded: placement.confirmationsNeeded)
        let lease = SlotLease(
            slot: slot, order: order.id, account: order.account,
            until: placement.graceUntil.adding(milliseconds: DepositMatching.slotRestMilliseconds))
        if books.slots[slot] == nil { books.slots.insert(slot, lease) } else { books.slots.update(slot, lease) }
        books.orders.insert(order.id, order)
        books.announce(.recharge(order, .waiting, at: order.createdAt))
        return .order(order)
    }

    private func isFree(_ slot: PaymentSlot, at time: Timestamp, in books: Books) -> Bool {
        slot.amount > .zero && books.slots[slot].map { $0.until <= time } ?? true
    }
}

extension RechargeOrder {
    fileprivate func isWaitingForPayment(at time: Timestamp) -> Bool {
        state == .waiting && payment.map { $0.expiresAt > time } ?? false
    }

    /// A cancelled one does as well.
    fileprivate func ownsSlotUncredited(at time: Timestamp) -> Bool {
        !isCredited && payment.map { $0.graceUntil > time } ?? false
    }
}
