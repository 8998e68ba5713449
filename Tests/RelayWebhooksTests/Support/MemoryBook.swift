import RelayDomain

@testable import RelayStore

/// Deliveries in memory: each webhook's one after another, claims that pass, results under an old claim that change nothing.
actor MemoryBook: DeliveryBook {
    struct Refused: Error {}

    struct Row {
        let delivery: DueDelivery
        var due: Timestamp?
        var claim: (number: Int64, until: Timestamp)?
        var attempts = 0
        var results: [DeliveryResult] = []
    }

    private(set) var rows: [DeliveryID: Row] = [:]
    private(set) var sweeps: [Timestamp] = []
    private(set) var refusedRecords = 0
    private var claims: Int64 = 0
    private var readFailures = 0
    private var recordFailures = 0
    private var undispatched: [Row] = []

    /// An event that a webhook is to be told of: a delivery when it has been dispatched.
    func add(
        _ number: UInt64, webhook: UInt64 = 1, url: String, secrets: [[UInt8]] = [Array(0..<32)], body: String = #"{"type":"wallet.low"}"#
    ) {
        let delivery = DueDelivery(
            id: DeliveryID(high: 1, low: number), webhook: WebhookID(high: 1, low: webhook), url: url, sealedSecrets: secrets,
            event: "acc_1:low:\(number)", body: body, attempt: 1, claim: 0)
        undispatched.append(Row(delivery: delivery))
    }

    func failReads(_ count: Int) { readFailures = count }
    func failRecords(_ count: Int) { recordFailures = count }
    func results(of number: UInt64) -> [DeliveryResult] { rows[DeliveryID(high: 1, low: number)]?.results ?? [] }
    func isClaimed(_ number: UInt64) -> Bool { rows[DeliveryID(high: 1, low: number)]?.claim != nil }

    func dispatch(at: Timestamp) throws -> Bool {
        if readFailures > 0 {
            readFailures -= 1
            throw Refused()
        }
        defer { undispatched = [] }
        for row in undispatched {
            rows[row.delivery.id] = row
            rows[row.delivery.id]?.due = at
        }
        return !undispatched.isEmpty
    }

    func claim(limit: Int, until: Timestamp, at: Timestamp) -> [DueDelivery] {
        var busy = Set(rows.values.filter { $0.claim.map { $0.until > at } ?? false }.map(\.delivery.webhook))
        var taken: [DueDelivery] = []
        for (id, row) in rows.sorted(by: { $0.key < $1.key }) where taken.count < limit {
            guard let due = row.due, due <= at, row.claim.map({ $0.until <= at }) ?? true, busy.insert(row.delivery.webhook).inserted else {
                continue
            }
            claims += 1
            rows[id]?.claim = (claims, until)
            let delivery = row.delivery
            taken.append(
                DueDelivery(
                    id: id, webhook: delivery.webhook, url: delivery.url, sealedSecrets: delivery.sealedSecrets, event: delivery.event,
                    body: delivery.body, attempt: row.attempts + 1, claim: claims))
        }
        return taken
    }

    func record(_ result: DeliveryResult, of delivery: DueDelivery, at: Timestamp) throws {
        if recordFailures > 0 {
            recordFailures -= 1
            refusedRecords += 1
            throw Refused()
        }
        guard var row = rows[delivery.id], row.claim?.number == delivery.claim else { return }
        row.claim = nil
        row.attempts += 1
        row.results.append(result)
        if case .again(let time, _, _) = result { row.due = time } else { row.due = nil }
        rows[delivery.id] = row
    }

    func nextDue() -> Timestamp? { rows.values.compactMap(\.due).min() }

    func sweep(before: Timestamp) { sweeps.append(before) }
}
