import GRDB
import RelayDomain
import RelayTestKit
import Testing

@testable import RelayStore

/// Books of several months in a database of a test's own: requests of every ending, some across midnight, repeats, an account that went
/// away in August, and recharges in between.
final class OldBooks {
    /// Receipts of before the 22nd of September are old.
    static let now = StoreFixture.start
    static let days: Int64 = 62
    /// Of receipts that are old: two in August, one of them the month's last, and one in September.
    static let oldDays = ["2026-08-30", "2026-08-31", "2026-09-10"]
    static let months = [Month(year: 2026, month: 8), Month(year: 2026, month: 9), Month(year: 2026, month: 11)]
    static let accounts = [1, 2].map { StoreFixture.account($0) }

    private(set) var fixture: StoreFixture
    let sabotage = Sabotage()
    private var nextRequest: UInt64 = 1
    var folderPath: String { fixture.folder.path("archive") }

    /// - Parameters:
    ///   - kind: only SQLite's can be restarted and changed.
    ///   - perDay: requests of an account and day, beside the odd ones.
    init(_ kind: DatabaseKind = .sqlite, perDay: Int = 5) async throws {
        fixture = try StoreFixture(kind, wrapping: sabotage.session)
        try await open(1, at: "2026-08-30T08:00:00Z")
        try await open(2, at: "2026-08-30T08:00:00Z")
        try await day("2026-08-30", perDay, of: [1, 2])
        try await day("2026-08-31", perDay, of: [1, 2])
        // From one month into the next: the request is August's, the charge September's.
        try await request(of: 1, at: "2026-08-31T23:59:59Z", endedAt: "2026-09-01T00:00:05Z")
        try await recharge(1, at: "2026-08-31T12:00:00Z")
        try await day("2026-09-10", perDay, of: [1])
        // Answered again the day after, which stays when the first has gone.
        try await request(of: 1, at: "2026-09-21T23:00:00Z", idempotencyKey: "k")
        try await request(of: 1, at: "2026-09-22T01:00:00Z", idempotencyKey: "k")
        try await recharge(1, at: "2026-09-15T12:00:00Z")
        try await day("2026-11-20", perDay, of: [1])
    }

    var reader: LedgerReader { fixture.reader }

    func retention(
        batch: Int = 3, now: Timestamp = OldBooks.now, coding: any ArchiveCoding = PlainCoding(),
        pause: @escaping @Sendable () async throws -> Void = {}
    ) throws -> Retention {
        let folder = ArchiveFolder(path: folderPath, coding: coding)
        try folder.prepare()
        return Retention(
            reader: reader, writer: fixture.writer, folder: folder, days: Self.days, batch: batch, pause: pause, now: { now })
    }

    /// A request of the first old day whose hold has expired, since its node was taken for gone.
    func expired(_ number: UInt64) async throws -> RequestID {
        let at = Self.time("2026-08-30T20:00:00Z")
        let id = RequestID(high: UInt64(at.milliseconds) << 16, low: number)
        let admission = AdmissionRequest(
            request: id, secret: PresentedKey(account: Self.accounts[0], hash: StoreFixture.hash(1)), endpoint: "/v1/chat/completions",
            isStream: false, model: .named("gpt-5.2"), input: InputCount(tokens: 10, isFinal: true), askedOutputTokens: 10, choices: 1,
            clientRetryCount: 0, at: at)
        guard case .admitted = await fixture.writer.perform(.admit(admission)),
            case .ended = await fixture.writer.perform(Self.end(id, .expire, at))
        else { throw StoreFailure(.corrupt, "not admitted, or not expired") }
        return id
    }

    /// Its node comes back, and has an answer.
    static func settleLate(_ id: RequestID) -> Command { end(id, StoreFixture.reported(5, 5), now) }

    private static func end(_ id: RequestID, _ outcome: HoldEnding.Outcome, _ at: Timestamp) -> Command {
        .end(HoldEnding(request: id, account: accounts[0], outcome: outcome, facts: ExchangeFacts(), at: at))
    }

    /// The process ends, and another begins.
    func restart() async throws {
        sabotage.disarm()
        let folder = fixture.folder
        try await fixture.close()
        try await reopen(folder)
        _ = try await fixture.census.begin()
    }

    /// A program that another test starts at this moment has the lock for an instant too.
    private func reopen(_ folder: TemporaryFolder) async throws {
        for _ in 0..<200 {
            do {
                fixture = try StoreFixture(folder: folder, wrapping: sabotage.session)
                return
            } catch let failure as StoreFailure where failure.message.contains("locked") {
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        throw StoreFailure(.unavailable, "the database stays locked")
    }

    /// Changes rows behind the books' back, while nothing runs.
    func change(_ sql: String) async throws {
        let folder = fixture.folder
        try await fixture.close()
        let queue = try DatabaseQueue(path: folder.path("relay.db"))
        try await queue.write { try $0.execute(sql: sql) }
        try queue.close()
        try await reopen(folder)
    }

    /// The lease of the process that is about to die.
    var epoch: Int64 {
        get async throws {
            try await reader.source.read { try $0.rows(SQLStatement("SELECT max(epoch) FROM nodes")) { $0.integer(0) }.first ?? 0 }
        }
    }

    /// All statements, as one text that tells every entry.
    func statements() async throws -> [String] {
        var texts: [String] = []
        for account in Self.accounts {
            for month in Self.months {
                guard let statement = try await reader.statement(of: account, month: month) else { continue }
                texts.append("\(account) \(month): \(statement.opening) to \(statement.closing)")
                texts += statement.entries.map { "\($0.at.rfc3339) \($0.kind) \($0.credits) \($0.balanceAfter) \($0.reference)" }
            }
        }
        return texts
    }

    func receipts() async throws -> [Receipt] {
        var all: [Receipt] = []
        for account in Self.accounts { all += try await reader.receipts(of: account, since: nil, limit: 10_000, after: nil).items }
        return all
    }

    // MARK: Making them

    private static func time(_ text: String) -> Timestamp { Timestamp(rfc3339: text)! }

    private func open(_ number: UInt64, at text: String) async throws {
        let at = Self.time(text)
        let id = StoreFixture.account(number)
        _ = await fixture.writer.perform(.openAccount(Account(id: id, email: "\(number)@example.com", name: "", createdAt: at)))
        let key = Key(
            id: KeyID(high: 2, low: number), account: id, hash: StoreFixture.hash(number), name: "", displayPrefix: "nxr_…",
            policy: KeyPolicy(monthlyBudget: number == 1 ? Credits(1_000_000) : nil), createdAt: at)
        _ = await fixture.writer.perform(.createKey(key))
        try await recharge(number, at: text)
    }

    private func recharge(_ number: UInt64, at text: String) async throws {
        let at = Self.time(text)
        let account = StoreFixture.account(number)
        let order = RechargeOrder(
            id: OrderID(high: UInt64(at.milliseconds) << 16, low: number), account: account, plan: Plan.boundless.id, price: Credits(1),
            credits: Credits(100_000), createdAt: at)
        _ = await fixture.writer.perform(.createOrder(order))
        _ = await fixture.writer.perform(
            .confirmOrder(OrderConfirmation(order: order.id, account: account, note: "test", transaction: nil, at: at)))
    }

    private func day(_ day: String, _ count: Int, of accounts: [UInt64]) async throws {
        for number in 0..<count {
            for account in accounts {
                try await request(of: account, at: "\(day)T\(10 + number % 10):00:0\(account)Z", number: number)
            }
        }
    }

    /// - Parameters:
    ///   - number: decides what it uses, and how it ends.
    ///   - idempotencyKey: for one that settles; the second with the same key is a replay.
    func request(
        of account: UInt64, at text: String, endedAt: String? = nil, number: Int = 0, idempotencyKey: String? = nil
    ) async throws {
        let at = Self.time(text)
        let id = RequestID(high: UInt64(at.milliseconds - 40) << 16, low: nextRequest)
        nextRequest += 1
        var admission = AdmissionRequest(
            request: id, secret: PresentedKey(account: StoreFixture.account(account), hash: StoreFixture.hash(account)),
            endpoint: "/v1/chat/completions", isStream: false, model: .named(number % 3 == 1 ? "gpt-5.5" : "gpt-5.2"),
            input: InputCount(tokens: 100, isFinal: true), askedOutputTokens: 100, choices: 1, clientRetryCount: 0, at: at)
        admission.idempotency = idempotencyKey.map { IdempotencyClaim(key: $0, fingerprint: [UInt8](repeating: 1, count: 32)) }
        switch await fixture.writer.perform(.admit(admission)) {
        case .replayed: return
        case .admitted: break
        case let reply: throw StoreFailure(.corrupt, "not admitted: \(reply)")
        }
        let outcome: HoldEnding.Outcome = number % 4 == 3 ? .void : StoreFixture.reported(50 + Int64(number), 30, cached: 10)
        let ending = HoldEnding(
            request: id, account: StoreFixture.account(account), outcome: outcome, facts: ExchangeFacts(milliseconds: 9),
            answer: idempotencyKey == nil ? .none : .sealed([1, 2, 3]), at: endedAt.map(Self.time) ?? at.adding(milliseconds: 900))
        guard case .ended = await fixture.writer.perform(.end(ending)) else { throw StoreFailure(.corrupt, "not ended") }
    }
}
