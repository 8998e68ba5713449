public import RelayDomain

/// What must become of payments, in the simplest words: no transactions, no nodes, no rows. It is told what happens, in order.
public struct PaymentModel: Sendable {
    public struct Order: Sendable {
        public let account: UInt64
        public let slot: PaymentSlot?
        public let createdAt: Timestamp
        public var state = RechargeOrder.State.waiting
        /// The hash by which the operator has confirmed it.
        public var named: String?
        public var deposit: DepositID?

        public var expiresAt: Timestamp { createdAt.adding(milliseconds: 1_800_000) }
        public var graceUntil: Timestamp { createdAt.adding(milliseconds: 604_800_000) }
        public var isCredited: Bool { state == .credited || state == .creditedLate }
        public var isOpen: Bool { state == .waiting }

        public init(account: UInt64, slot: PaymentSlot?, createdAt: Timestamp) {
            self.account = account
            self.slot = slot
            self.createdAt = createdAt
        }

        public func began(by time: Timestamp) -> Bool { time.milliseconds >= createdAt.milliseconds - 120_000 }
    }

    public struct Paid: Sendable {
        public let transfer: ChainTransfer
        public var state = Deposit.State.new
        public var reason: Deposit.ReviewReason?
        public var order: UInt64?
        public var account: UInt64?
        public var decision: (action: DepositDecision.Action, note: String, order: UInt64?)?

        public init(transfer: ChainTransfer) {
            self.transfer = transfer
        }
    }

    public static let credits = Credits(100)

    public var orders: [UInt64: Order] = [:]
    public var deposits: [DepositID: Paid] = [:]
    public var posted: [UInt64: Credits]
    public var claims: [UInt64: Set<String>] = [:]
    /// Orders of an account that may wait at a time; nil where it is of no interest.
    public var openLimit: Int?
    /// What came in by each network and was credited; by no network where the operator's word stood alone.
    public var cash: [PaymentNetwork?: Credits] = [:]

    public init(accounts: ClosedRange<UInt64>, posted: Credits) {
        self.posted = Dictionary(uniqueKeysWithValues: accounts.map { ($0, posted) })
    }

    // MARK: Orders. Each returns whether it is not refused.

    public mutating func place(_ number: UInt64, of account: UInt64, _ slots: [PaymentSlot], at time: Timestamp) -> Bool {
        let free = slots.first { slot in
            !orders.values.contains { $0.slot == slot && time.milliseconds <= $0.graceUntil.milliseconds + 120_000 }
        }
        guard let free, mayOrder(account, at: time) else { return false }
        orders[number] = Order(account: account, slot: free, createdAt: time)
        return true
    }

    private func mayOrder(_ account: UInt64, at time: Timestamp) -> Bool {
        guard let openLimit else { return true }
        let unpaid = orders.values.filter { $0.account == account && $0.slot != nil && !$0.isCredited && $0.graceUntil > time }
        return unpaid.count { $0.isOpen && $0.expiresAt > time } < openLimit && unpaid.count < max(openLimit, 20)
    }

    public mutating func cancel(_ number: UInt64) -> Bool {
        guard let order = orders[number], !order.isCredited else { return false }
        orders[number]!.state = .cancelled
        return true
    }

    public mutating func confirm(_ number: UInt64, by hash: String?, at time: Timestamp) -> Bool {
        guard let order = orders[number] else { return false }
        if order.isCredited { return true }
        guard order.isOpen else { return false }
        guard let hash else {
            credit(number, paidAt: time)
            return true
        }
        let known = deposits.values.filter { $0.transfer.id.transaction == hash }.sorted { $0.transfer.id < $1.transfer.id }
        let mine = known.filter { ($0.state == .new || $0.state == .review) && ($0.order == nil || $0.order == number) }
        let unattributed = mine.filter { $0.state == .review && $0.order == nil }
        let exact = mine.first { $0.transfer.slot == order.slot && order.began(by: $0.transfer.at) }
        if let paid = exact ?? mine.first(where: { $0.order == number }) ?? (unattributed.count == 1 ? unattributed[0] : nil) {
            credit(number, through: paid.transfer)
            deposits[paid.transfer.id]!.decision = (.creditPlan, "named", number)
            return true
        }
        guard known.isEmpty, !orders.values.contains(where: { $0.named == hash }) else { return false }
        credit(number, paidAt: time)
        orders[number]!.named = hash
        return true
    }

    private mutating func credit(_ number: UInt64, paidAt time: Timestamp, on network: PaymentNetwork? = nil) {
        let order = orders[number]!
        orders[number]!.state = order.slot != nil && time > order.expiresAt ? .creditedLate : .credited
        posted[order.account]! += Self.credits
        cash[network ?? order.slot?.network, default: .zero] += Self.credits
    }

    private mutating func credit(_ number: UInt64, through transfer: ChainTransfer) {
        credit(number, paidAt: transfer.at, on: transfer.id.network)
        attach(transfer.id, to: number, .credited, nil)
        orders[number]!.deposit = transfer.id
    }

    private mutating func attach(_ id: DepositID, to number: UInt64?, _ state: Deposit.State, _ reason: Deposit.ReviewReason?) {
        deposits[id]!.state = state
        deposits[id]!.order = number
        deposits[id]!.account = number.flatMap { orders[$0]?.account }
        if let reason { deposits[id]!.reason = reason }
    }

    // MARK: Deposits

    /// A final transfer. Less than `minimum`, for which nobody has ever asked, is ignored as it is found.
    public mutating func find(_ transfer: ChainTransfer, minimum: TokenAmount = .zero) {
        var paid = Paid(transfer: transfer)
        if transfer.amount < minimum, !orders.values.contains(where: { $0.slot == transfer.slot }) {
            paid.state = .ignored
            paid.reason = .dust
        }
        deposits[transfer.id] = paid
    }

    /// - Parameter isLookedAt: which of those that nobody has looked at.
    public mutating func settle(_ isLookedAt: (DepositID) -> Bool = { _ in true }) {
        let new = deposits.values.filter { $0.state == .new && isLookedAt($0.transfer.id) }.map(\.transfer)
        for transfer in new.sorted(by: { ($0.block, $0.id) < ($1.block, $1.id) }) { settle(transfer) }
    }

    private mutating func settle(_ transfer: ChainTransfer) {
        let named = orders.first { $0.value.named == transfer.id.transaction && $0.value.deposit == nil }
        let owner = orders.filter { $0.value.slot == transfer.slot && $0.value.began(by: transfer.at) }
            .max { $0.value.createdAt < $1.value.createdAt }
        // The exact one; else the greatest to the address; else the greatest of all; and those that pay other orders exactly are none.
        func isExactFor(_ other: ChainTransfer) -> UInt64? {
            let owner = orders.filter { $0.value.slot == other.slot && $0.value.began(by: other.at) }
                .max { $0.value.createdAt < $1.value.createdAt }
            return owner.flatMap { $0.value.isOpen && other.at <= $0.value.graceUntil ? $0.key : nil }
        }
        let rivals = deposits.values.filter {
            $0.transfer.id.transaction == transfer.id.transaction && ($0.state == .new || $0.state == .review)
                && isExactFor($0.transfer) == nil
        }.map(\.transfer)
        let meant = rivals.max { a, b in
            func rank(_ transfer: ChainTransfer) -> (Int, TokenAmount) {
                let slot = named?.value.slot
                return (transfer.slot == slot ? 2 : transfer.recipient == slot?.address ? 1 : 0, transfer.amount)
            }
            return rank(a) == rank(b) ? a.id > b.id : rank(a) < rank(b)
        }
        func link() {
            attach(transfer.id, to: named!.key, .credited, nil)
            orders[named!.key]!.deposit = transfer.id
        }
        if let named, named.value.slot == transfer.slot { return link() }
        if let owner, owner.value.isOpen, transfer.at <= owner.value.graceUntil { return credit(owner.key, through: transfer) }
        if named != nil, meant?.id == transfer.id { return link() }
        if let owner {
            let reason: Deposit.ReviewReason =
                owner.value.isCredited ? .duplicate : owner.value.state == .cancelled ? .cancelled : .tooLate
            return attach(transfer.id, to: owner.key, .review, reason)
        }
        let open = orders.filter {
            $0.value.slot?.address == transfer.recipient && $0.value.isOpen && $0.value.began(by: transfer.at)
                && transfer.at <= $0.value.graceUntil
        }
        if open.count == 1, let (number, order) = open.first {
            return attach(transfer.id, to: number, .review, transfer.amount < order.slot!.amount ? .under : .over)
        }
        let isClaimed = claims.values.contains { $0.contains(transfer.id.transaction) }
        attach(transfer.id, to: nil, .review, isClaimed ? .claimed : .unknown)
    }

    public mutating func claim(_ hash: String, for number: UInt64) -> Bool {
        guard let order = orders[number], let slot = order.slot else { return false }
        if order.isCredited { return true }
        let known = deposits.values.filter { $0.transfer.id.transaction == hash }.sorted { $0.transfer.id < $1.transfer.id }
        let exact = known.filter { $0.transfer.slot == slot }
        let own = exact.first { $0.state == .new && order.isOpen && order.began(by: $0.transfer.at) && $0.transfer.at <= order.graceUntil }
        if let own {
            credit(number, through: own.transfer)
            return true
        }
        guard claims[number]?.contains(hash) ?? false || claims[number]?.count ?? 0 < 5 else { return false }
        claims[number, default: []].insert(hash)
        guard exact.isEmpty else { return true }
        for paid in known where paid.state == .review && paid.reason == .unknown { deposits[paid.transfer.id]!.reason = .claimed }
        return true
    }

    /// - Parameter named: an order for the plan; nil for the deposit's own.
    public mutating func decide(
        _ id: DepositID, _ action: DepositDecision.Action, note: String, order named: UInt64?, account: UInt64?
    ) -> Bool {
        guard let paid = deposits[id], paid.state != .new else { return false }
        if let made = paid.decision {
            return made.action == action && made.note == note && (paid.account == nil || paid.account == account)
                && (action != .creditPlan || named == nil || named == made.order)
        }
        guard paid.state == .review else { return false }
        let isNamed = orders.values.contains { $0.named == id.transaction && $0.deposit == nil }
        if isNamed, action == .creditFace || action == .creditPlan { return false }
        if action != .creditPlan, paid.account != nil, paid.account != account { return false }
        var target: UInt64?
        switch action {
        case .creditPlan:
            target = named ?? paid.order
            guard let target, orders[target]?.account == account, !orders[target]!.isCredited else { return false }
            credit(target, through: paid.transfer)
        case .creditFace:
            guard let account, let face = paid.transfer.amount.faceValue(decimals: 6) else { return false }
            posted[account]! += face
            cash[id.network, default: .zero] += face
            deposits[id]!.account = account
            deposits[id]!.state = .credited
        case .refund: deposits[id]!.state = .refunded
        case .ignore: deposits[id]!.state = .ignored
        }
        deposits[id]!.decision = (action, note, target)
        return true
    }
}
