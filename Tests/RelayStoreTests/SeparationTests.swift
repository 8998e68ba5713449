import RelayDomain
import RelayStoreSQLite
import RelayTestKit
import Testing

@testable import RelayStore

/// Fails each batch that touches one of a few requests, and counts the batches.
private final class AllergicSession: SQLSession {
    private let base: any SQLSession
    /// Requests whose hold no transaction may read, and how it fails.
    var failing: [RequestID: StoreFailure.Kind] = [:]
    private(set) var batches = 0
    private var isBatch = false

    init(_ base: any SQLSession) { self.base = base }

    func transaction<T>(_ body: () throws -> T) throws -> T {
        isBatch = false
        defer { batches += isBatch ? 1 : 0 }
        return try base.transaction(body)
    }

    func query(
        _ statement: SQLStatement, count: Int, bind: (Int, inout SQLParameters) -> Void, row: (any SQLRow) throws -> Void
    ) throws {
        if statement.sql.contains("FROM wallets") { isBatch = true }
        try base.query(statement, count: count, bind: bind) { found in
            if statement.sql.contains("FROM holds"), let kind = failing.first(where: { "\($0.key)" == found.text(0) })?.value {
                throw StoreFailure(kind, "a request that must not be read")
            }
            try row(found)
        }
    }

    func execute(
        _ statement: SQLStatement, count: Int, otherwise: StoreFailure?, bind: (Int, inout SQLParameters) -> Void
    ) throws {
        try base.execute(statement, count: count, otherwise: otherwise, bind: bind)
    }
}

@Suite struct SeparationTests {
    private static let count: UInt64 = 256

    /// A writer before whom as many endings wait as fit into one batch.
    private func waiting(_ pair: NodePair) -> (writer: LedgerWriter, session: NodeSession, allergic: AllergicSession) {
        let allergic = AllergicSession(pair.store.writerSession())
        let session = NodeSession(allergic, name: "n", isShared: false, dialect: .sqlite, now: { StoreFixture.start })
        var limits = LedgerWriterLimits()
        limits.parkMilliseconds = 0
        let writer = LedgerWriter(ledger: StoreFixture.ledger, limits: limits, logger: TestDatabase.logger)
        pair.open(writer, session, credits: 100_000)
        for request in 1...Self.count { _ = writer.submit(StoreFixture.admit(request, by: 1), to: pair.inbox, ticket: Int(request)) }
        _ = writer.step(on: session)
        for request in 1...Self.count {
            _ = writer.submit(StoreFixture.end(request, of: 1, StoreFixture.reported(1, 1)), to: pair.inbox, ticket: 10_000 + Int(request))
        }
        return (writer, session, allergic)
    }

    /// Requests whose ending is not written.
    private func unended(_ pair: NodePair) -> [UInt64] {
        (1...Self.count).filter { request in
            if case .ended(let ended)? = pair.inbox[10_000 + Int(request)] { !ended.isFirst } else { true }
        }
    }

    /// Whether a request is let through, while the writer turns to what stands aside now and then.
    private func isAdmitted(_ request: UInt64, _ pair: NodePair, _ writer: LedgerWriter, _ session: NodeSession) -> Bool {
        let ticket = 20_000 + Int(request)
        guard writer.submit(StoreFixture.admit(request, by: 1), to: pair.inbox, ticket: ticket) == nil else { return false }
        for _ in 0..<3 { _ = writer.step(on: session) }
        if case .admitted? = pair.inbox[ticket] { return true } else { return false }
    }

    @Test("One command in 256 that can never be written is found in seventeen transactions")
    func poison() async throws {
        let pair = try NodePair()
        let (writer, session, allergic) = waiting(pair)
        allergic.failing = [StoreFixture.request(77): .constraint]
        let before = allergic.batches
        _ = writer.step(on: session)
        #expect(allergic.batches - before == 17)
        #expect(unended(pair) == [77])
        guard case .refused(let refusal)? = pair.inbox[10_077] else { return #expect(Bool(false)) }
        #expect(refusal.code == .internalError && writer.isHealthy)
        #expect(try await pair.reader.reconcile().isSatisfied)
    }

    @Test(
        "An ending that touches what is damaged or locked stands aside while the others land, and lands when it can",
        arguments: [StoreFailure.Kind.corrupt, .locked])
    func damaged(kind: StoreFailure.Kind) async throws {
        let pair = try NodePair()
        let (writer, session, allergic) = waiting(pair)
        allergic.failing = [StoreFixture.request(77): kind]
        for _ in 0..<5 { _ = writer.step(on: session) }
        #expect(unended(pair) == [77] && pair.inbox[10_077] == nil && writer.isHealthy)
        // What comes meanwhile does not notice.
        for request in 1_001...1_003 as ClosedRange<UInt64> { #expect(isAdmitted(request, pair, writer, session)) }
        allergic.failing = [:]
        for _ in 0..<3 { _ = writer.step(on: session) }
        #expect(unended(pair).isEmpty)
        #expect(try await pair.reader.reconcile().isSatisfied)
    }

    @Test("An ending that fails again and again for now does not keep the others from landing, and lands when it can")
    func stubborn() async throws {
        let pair = try NodePair()
        let (writer, session, allergic) = waiting(pair)
        allergic.failing = [StoreFixture.request(1): .unavailable, StoreFixture.request(200): .unavailable]
        var pauses = 0
        for _ in 0..<400 where unended(pair).count > 2 || !writer.isHealthy {
            if case .failing = writer.step(on: session) { pauses += 1 }
        }
        #expect(unended(pair) == [1, 200])
        // Once they stand aside, whoever comes is let through.
        for request in 1_001...1_005 as ClosedRange<UInt64> { #expect(isAdmitted(request, pair, writer, session)) }
        // Where the database is well and the batch is not, the thread pauses all the same.
        #expect(pauses > 0)
        allergic.failing = [:]
        for _ in 0..<20 { _ = writer.step(on: session) }
        #expect(unended(pair).isEmpty && writer.isHealthy)
        #expect(try await pair.reader.reconcile().isSatisfied)
    }

    @Test("A stop ends though the database is well and a batch cannot be written")
    func stop() async throws {
        let database = try TestDatabase(.sqlite)
        var limits = LedgerWriterLimits()
        (limits.retryMilliseconds, limits.stopSeconds, limits.parkMilliseconds) = (5, 0.05, 60_000)
        let fixture = try StoreFixture(on: database, limits: limits) {
            let session = AllergicSession($0)
            session.failing = [StoreFixture.request(1): .unavailable]
            return session
        }
        _ = try await fixture.open(1, credits: Credits(1_000))
        let writer = fixture.writer
        _ = await writer.perform(StoreFixture.admit(1, by: 1))
        let inbox = Inbox()
        #expect(writer.submit(StoreFixture.end(1, of: 1, StoreFixture.reported(1, 1)), to: inbox, ticket: 1) == nil)
        await writer.stop()
        guard case .refused(let refusal)? = inbox[1] else { return #expect(Bool(false)) }
        #expect(refusal == LedgerWriter.unavailable)
        try fixture.store.close()
    }
}
