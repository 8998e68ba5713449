public import RelayDomain
import Synchronization

/// Deliveries, as several nodes on the same books take them and write what became of them.
///
/// Whoever changes a webhook's deliveries holds the webhook's row. A claim is a time until which a delivery is somebody's, and a number that
/// grows with each: who comes back too late writes nothing. An attempt counts from its claim on, so that one that takes its node down with it
/// does not go on for ever.
public final class WebhookDeliveries: DeliveryBook {
    /// Events that are dispatched in one transaction. Commands wait that long.
    static let eventsInTransaction: Int64 = 200
    /// How often orders are looked for whose time has passed.
    private static let expiryMilliseconds: Int64 = 15_000
    /// An order that has expired earlier than this is of no interest: well within the time that events are kept, so that nothing is told twice.
    static let expiredWithinMilliseconds: Int64 = 604_800_000
    /// Characters that are kept of an error.
    private static let errorLimit = 300
    /// Deliveries of one webhook that are with somebody at a time; and of one whose last attempt has failed.
    static let atOnce: Int64 = 4
    static let atOnceFailing: Int64 = 1

    private let reader: LedgerReader
    private let writer: LedgerWriter
    private let makeID: @Sendable (Timestamp) -> DeliveryID
    private let lastExpiry = Mutex<Timestamp?>(nil)

    /// - Parameter makeID: another id each time.
    public init(
        reader: LedgerReader, writer: LedgerWriter,
        makeID: @escaping @Sendable (Timestamp) -> DeliveryID = {
            var random = SystemRandomNumberGenerator()
            return DeliveryID(at: $0, random: &random)
        }
    ) {
        self.reader = reader
        self.writer = writer
        self.makeID = makeID
    }

    public func dispatch(at time: Timestamp) async throws -> Bool {
        let looksForExpired = lastExpiry.withLock { last in
            last.map { time < $0 || time >= $0.adding(milliseconds: Self.expiryMilliseconds) } ?? true
        }
        // Off the writer's thread: mostly there is nothing.
        let work = try await reader.source.read { session in
            (
                expired: looksForExpired ? try session.expiredOrders(at: time) : [],
                isDue: try session.rows(DeliveryStatements.isDue) { $0.integer(0) }.first ?? 0 != 0
            )
        }
        if work.expired.isEmpty, looksForExpired { lastExpiry.withLock { $0 = time } }
        guard work.isDue || !work.expired.isEmpty else { return false }
        return try await writer.run { [makeID] session in
            let expired = looksForExpired ? try session.expiredOrders(at: time) : []
            try session.execute(EventStatements.insertOnce, each: expired) { order, row in
                WebhookEvent.recharge(order, .expired, at: time).write(to: &row)
            }
            let events = try session.dispatchEvents(at: time, makeID)
            let disabled = try session.rows(DeliveryStatements.pendingOfDisabled) { try $0.identifier(0, WebhookKind.self) }.first
            guard let disabled, try session.lockedWebhook(disabled)?.state == .disabled else { return !expired.isEmpty || events > 0 }
            return try !expired.isEmpty || events > 0 || session.giveUp(deliveriesOf: disabled) > 0
        }
    }

    public func claim(limit: Int, until: Timestamp, at time: Timestamp) async throws -> [DueDelivery] {
        let candidates = try await reader.source.read { session in
            try session.rows(
                DeliveryStatements.candidates,
                bind: {
                    $0.append(time)
                    $0.append(Int64(limit))
                }, { try $0.identifier(0, WebhookKind.self) })
        }
        guard limit > 0, !candidates.isEmpty else { return [] }
        return try await writer.run { session in
            var webhooks: [WebhookID: Webhook] = [:]
            // Those that another node is about are passed over.
            try session.query(DeliveryStatements.lockActive, each: candidates.sorted(), bind: { $1.append($0) }) {
                let webhook = try Webhook(row: $0)
                webhooks[webhook.id] = webhook
            }
            var taken: [DueDelivery] = []
            for webhook in candidates.compactMap({ webhooks[$0] }) where taken.count < limit {
                taken += try session.due(of: webhook, limit: limit - taken.count, at: time)
            }
            try session.execute(
                DeliveryStatements.claim, each: taken, otherwise: StoreFailure(.constraint, "a delivery was claimed twice")
            ) {
                $1.append($0.id)
                $1.append($0.claim)
                $1.append(until)
                $1.append(until)
                $1.append(Int64($0.attempt))
            }
            return taken
        }
    }

    public func record(_ result: DeliveryResult, of delivery: DueDelivery, at time: Timestamp) async throws {
        let outcome = DeliveryOutcome(result, at: time, errorLimit: Self.errorLimit)
        try await writer.run { session in
            guard var webhook = try session.lockedWebhook(delivery.webhook) else { return }
            let recorded = try session.rows(
                DeliveryStatements.record,
                bind: {
                    $0.append(delivery.id)
                    $0.append(delivery.claim)
                    outcome.write(to: &$0)
                }, { _ in true })
            guard !recorded.isEmpty else { return }
            let before = webhook
            webhook.count(hasArrived: outcome.state == .delivered, at: time)
            if case .gone(let status) = result { webhook.disable(because: "the receiver answered \(status): it wants no more") }
            if webhook != before { try session.keep(webhook) }
        }
    }

    public func nextDue() async throws -> Timestamp? {
        try await reader.source.read { try $0.rows(DeliveryStatements.nextDue) { $0.optionalTime(0) }.first ?? nil }
    }

    public func sweep(before: Timestamp) async throws {
        for statement in [DeliveryStatements.sweepDeliveries, DeliveryStatements.sweepEvents] {
            var removed = 0
            repeat {
                try Task.checkCancellation()
                removed = try await writer.run { session in
                    try session.execute(DeliveryStatements.completeSince) { $0.append(before) }
                    return try session.rows(
                        statement,
                        bind: {
                            $0.append(before)
                            $0.append(WebhookBook.rowsInTransaction)
                        }, { _ in true }
                    ).count
                }
            } while removed == WebhookBook.rowsInTransaction
        }
    }
}

/// What is written of an attempt.
private struct DeliveryOutcome {
    let state: Delivery.State
    private var status: Int?
    private var error: String?
    private var nextAttemptAt: Timestamp?
    private var deliveredAt: Timestamp?

    init(_ result: DeliveryResult, at time: Timestamp, errorLimit: Int) {
        switch result {
        case .delivered(let status):
            state = .delivered
            self.status = status
            deliveredAt = time
        case .again(let next, let status, let error):
            state = .pending
            self.status = status
            self.error = String(error.prefix(errorLimit))
            nextAttemptAt = next
        case .failed(let status, let error):
            state = .failed
            self.status = status
            self.error = String(error.prefix(errorLimit))
        case .gone(let status):
            state = .failed
            self.status = status
            error = "the receiver wants no more"
        }
    }

    func write(to row: inout SQLParameters) {
        row.append(state.rawValue)
        row.append(status.map(Int64.init))
        row.append(error)
        row.append(nextAttemptAt)
        row.append(deliveredAt)
    }
}
