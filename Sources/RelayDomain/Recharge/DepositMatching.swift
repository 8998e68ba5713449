/// Which order a transfer pays, and what becomes of it. Pure: integers, no clock.
///
/// A transfer is never matched by who sent it: exchanges pay from addresses of their own. It is matched by what it pays, to the last unit.
public enum DepositMatching {
    /// How far the clocks of blocks and of relays may be apart: a payment whose block is older than its order by no more is the order's. So
    /// a slot is not given to another order before its owner's grace has been over for as long, and no block belongs to two owners.
    public static let clockToleranceMilliseconds: Int64 = 120_000
    /// From the end of a grace until the slot may be taken again.
    public static let slotRestMilliseconds = clockToleranceMilliseconds + 1

    /// What a transfer means to an order.
    public enum Outcome: Hashable, Sendable {
        case credit(isLate: Bool)
        /// It is the payment by which the order was confirmed by hand.
        case link
        case review(Deposit.ReviewReason)
    }

    /// The orders that may have to do with a transfer.
    public struct Candidates: Sendable {
        /// The one that was confirmed by hand with its transaction, and is linked to no deposit.
        public var confirmed: RechargeOrder?
        /// The last one that was given its slot before its block.
        public var owner: RechargeOrder?
        /// Those at its address that are open and within their times. Two are as good as many.
        public var open: [RechargeOrder]
        /// The undecided transfers of its transaction beside it, but those that are another order's exact payment.
        public var siblings: [ChainTransfer]

        public init(
            confirmed: RechargeOrder? = nil, owner: RechargeOrder? = nil, open: [RechargeOrder] = [], siblings: [ChainTransfer] = []
        ) {
            self.confirmed = confirmed
            self.owner = owner
            self.open = open
            self.siblings = siblings
        }
    }

    /// - Returns: the order that a transfer pays or was meant for; nil where nobody asked for it.
    public static func order(for transfer: ChainTransfer, among candidates: Candidates) -> RechargeOrder? {
        let (confirmed, owner) = (candidates.confirmed, candidates.owner)
        if let confirmed, confirmed.payment?.slot == transfer.slot { return confirmed }
        if let owner, case .credit = outcome(of: transfer, for: owner) { return owner }
        if let confirmed, isMeant(transfer, by: confirmed, beside: candidates.siblings) { return confirmed }
        if let owner, outcome(of: transfer, for: owner) != nil { return owner }
        let open = candidates.open.filter { outcome(of: transfer, for: $0) != nil }
        return open.count == 1 ? open[0] : nil
    }

    /// Whether a transfer, of those that one transaction has brought, is the payment by which an order was confirmed by hand: the exact one;
    /// else the greatest of those to its address; and where none went there, the greatest of all.
    private static func isMeant(_ transfer: ChainTransfer, by order: RechargeOrder, beside siblings: [ChainTransfer]) -> Bool {
        func rank(_ transfer: ChainTransfer) -> Int {
            if transfer.slot == order.payment?.slot { return 2 }
            return order.payment.map { $0.network == transfer.id.network && $0.address == transfer.recipient } ?? false ? 1 : 0
        }
        let own = rank(transfer)
        return siblings.allSatisfy { sibling in
            let other = rank(sibling)
            guard other == own else { return other < own }
            return sibling.amount == transfer.amount ? transfer.id < sibling.id : sibling.amount < transfer.amount
        }
    }

    /// - Returns: nil where it has nothing to do with the order.
    public static func outcome(of transfer: ChainTransfer, for order: RechargeOrder) -> Outcome? {
        if order.isCredited, order.deposit == nil, order.transaction == transfer.id.transaction { return .link }
        guard let terms = order.payment, terms.network == transfer.id.network, terms.address == transfer.recipient,
            transfer.at >= order.createdAt.adding(milliseconds: -clockToleranceMilliseconds)
        else { return nil }
        let isTooLate = transfer.at > terms.graceUntil
        let isExact = transfer.amount == terms.amount
        guard isExact || (order.isOpen && !isTooLate) else { return nil }
        if transfer.isDoubtful { return .review(.doubtful) }
        guard isExact else { return .review(transfer.amount < terms.amount ? .under : .over) }
        switch order.state {
        case .credited, .creditedLate: return .review(.duplicate)
        case .cancelled: return .review(.cancelled)
        case .waiting: return isTooLate ? .review(.tooLate) : .credit(isLate: transfer.at > terms.expiresAt)
        }
    }
}
