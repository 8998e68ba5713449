public import RelayDomain

/// An order, and what the chain shows of its payment.
public struct TrackedOrder: Sendable {
    public let order: RechargeOrder
    /// A payment that is not final yet.
    public let sighting: PaymentSighting?
    /// The block of the deposit that has credited it.
    public let creditedBlock: Int64?
    /// The chain's newest block, as far as it was heard of.
    public let head: Int64?
    public let underReview: PaymentsUnderReview

    public init(
        order: RechargeOrder, sighting: PaymentSighting?, creditedBlock: Int64?, head: Int64?, underReview: PaymentsUnderReview = .nothing
    ) {
        self.order = order
        self.sighting = sighting
        self.creditedBlock = creditedBlock
        self.head = head
        self.underReview = underReview
    }

    /// What people see of it.
    public func standing(at time: Timestamp) -> RechargeOrder.Standing {
        order.standing(at: time, sighting: sighting, underReview: underReview)
    }

    /// The transaction that pays it, final or not.
    public var transaction: String? { order.paidBy ?? sighting?.deposit.transaction }

    /// Blocks from the payment's own on; nil where there is none.
    public var confirmations: Int64? {
        if let sighting { return sighting.confirmations }
        guard let creditedBlock, let head else { return nil }
        return max(0, head - creditedBlock + 1)
    }
}

extension LedgerReader {
    public func trackedOrder(_ id: OrderID) async throws -> TrackedOrder? {
        try await source.read { try $0.rows(Statements.order, bind: { $0.append(id) }, TrackedOrder.init(row:)).first }
    }

    /// - Parameters:
    ///   - account: nil for the orders of all.
    ///   - after: the id that the page before ended with.
    public func trackedOrders(of account: AccountID?, limit: Int, after: String?) async throws -> Page<TrackedOrder> {
        let rows = try await source.read { session in
            try session.rows(
                account == nil ? Statements.orders : Statements.ordersOfAccount,
                bind: {
                    $0.append(after ?? "~")
                    $0.append(Int64(limit + 1))
                    if let account { $0.append(account) }
                }, TrackedOrder.init(row:))
        }
        return Page(rows, limit: limit) { $0.order.id.description }
    }

    /// Whether an order could still be credited by a payment that comes to one of these addresses now.
    public func isPaymentAwaited(on network: PaymentNetwork, at addresses: [String], now: Timestamp) async throws -> Bool {
        try await source.read { session in
            try addresses.contains { address in
                try !session.rows(
                    Statements.awaited,
                    bind: {
                        $0.append(network)
                        $0.append(address)
                        $0.append(now)
                    }, { $0.integer(0) }
                ).isEmpty
            }
        }
    }

    /// How many orders of an account wait for the operator's word.
    public func ordersByHand(of account: AccountID) async throws -> Int64 {
        try await source.read { try $0.rows(Statements.byHand, bind: { $0.append(account) }, { $0.integer(0) }).first ?? 0 }
    }

    /// Slots that nobody owns, the best first: each address at the exact price, the one that was longest unused first; and then prices
    /// lowered by 1, 2, … 999 steps of 0.0001 of a token, so that one address can tell a thousand orders apart.
    public func freeSlots(
        network: PaymentNetwork, addresses: [String], price: Credits, decimals: Int, at time: Timestamp, limit: Int
    ) async throws -> [PaymentSlot] {
        let owned = try await source.read { session in
            try addresses.map { address in
                try session.rows(
                    Statements.slots,
                    bind: {
                        $0.append(network)
                        $0.append(address)
                    }, SlotLease.init(row:))
            }
        }
        return FreeSlots(network: network, addresses: addresses, owned: owned.flatMap(\.self), at: time)
            .list(TokenAmount(price: price, decimals: decimals), decimals: decimals, limit: limit)
    }
}

/// Slots of some addresses that nobody owns.
struct FreeSlots {
    private static let steps: UInt128 = 999
    private static let decimalsOfStep = 4

    private let network: PaymentNetwork
    /// The longest unused first.
    private let addresses: [String]
    private let taken: Set<PaymentSlot>

    init(network: PaymentNetwork, addresses: [String], owned: [SlotLease], at time: Timestamp) {
        self.network = network
        taken = Set(owned.lazy.filter { $0.until > time }.map(\.slot))
        let lastUse = owned.reduce(into: [String: Timestamp]()) { $0[$1.slot.address] = max($0[$1.slot.address] ?? $1.until, $1.until) }
        let never = Timestamp(milliseconds: .min)
        self.addresses = addresses.enumerated().sorted { a, b in
            let (first, second) = (lastUse[a.element] ?? never, lastUse[b.element] ?? never)
            return first == second ? a.offset < b.offset : first < second
        }.map(\.element)
    }

    func list(_ price: TokenAmount, decimals: Int, limit: Int) -> [PaymentSlot] {
        let step = (0..<max(0, decimals - Self.decimalsOfStep)).reduce(UInt128(1)) { product, _ in product * 10 }
        var slots: [PaymentSlot] = []
        for number in 0...Self.steps where slots.count < limit && number * step < price.units {
            let amount = TokenAmount(units: price.units - number * step)
            slots += addresses.lazy.map { PaymentSlot(network: network, address: $0, amount: amount) }.filter { !taken.contains($0) }
        }
        return Array(slots.prefix(limit))
    }
}

extension TrackedOrder {
    fileprivate static let columns =
        RechargeOrder.columns.split(separator: ", ").map { "o.\($0)" }.joined(separator: ", ")
        + ", s.deposit, s.block, s.at, d.block, n.head, "
            + """
            (SELECT CAST(max(CASE WHEN r.amount = o.amount THEN \(PaymentsUnderReview.exactAmount.rawValue)
              ELSE \(PaymentsUnderReview.otherAmount.rawValue) END) AS BIGINT) FROM deposits r WHERE r.order_id = o.id AND r.state = 'review')
            """
    fileprivate static let tables = """
        orders o LEFT JOIN sightings s ON s.order_id = o.id LEFT JOIN deposits d ON d.id = o.deposit
        LEFT JOIN networks n ON n.name = coalesce(d.network, o.network)
        """

    fileprivate init(row: any SQLRow) throws {
        order = try RechargeOrder(row: row)
        head = row.optionalInteger(22)
        sighting =
            row.isNull(18)
            ? nil
            : PaymentSighting(
                deposit: try row.deposit(18), block: row.integer(19), at: row.time(20), head: max(head ?? 0, row.integer(19)))
        creditedBlock = row.optionalInteger(21)
        underReview = row.optionalInteger(23).flatMap(PaymentsUnderReview.init(rawValue:)) ?? .nothing
    }
}

private enum Statements {
    static let order = SQLStatement("SELECT \(TrackedOrder.columns) FROM \(TrackedOrder.tables) WHERE o.id = $1")
    static let orders = list("")
    /// The account's condition is written out: a parameter that may be null would hide the index.
    static let ordersOfAccount = list("o.account = $3 AND ")

    private static func list(_ condition: String) -> SQLStatement {
        SQLStatement(
            "SELECT \(TrackedOrder.columns) FROM \(TrackedOrder.tables) WHERE \(condition)o.id < $1 ORDER BY o.id DESC LIMIT $2")
    }

    static let awaited = SQLStatement(
        """
        SELECT 1 FROM orders WHERE network = $1 AND address = $2 AND grace_until >= $3 AND state = 'waiting' LIMIT 1
        """)
    static let byHand = SQLStatement("SELECT count(*) FROM orders WHERE account = $1 AND network IS NULL AND state = 'waiting'")
    static let slots = SQLStatement("SELECT \(SlotLease.columns) FROM payment_slots WHERE network = $1 AND address = $2")
}
