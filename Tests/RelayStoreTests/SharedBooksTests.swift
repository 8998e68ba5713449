import Glibc
import RelayDomain
import RelayTestKit
import Synchronization
import Testing

@testable import RelayStore
@testable import RelayStorePostgres

private final class Answered: Sendable {
    let flag = Atomic(false)
}

/// Several nodes on the same books.
@Suite struct SharedBooksTests {
    private static var quick: LedgerWriterLimits {
        var limits = LedgerWriterLimits()
        limits.retryMilliseconds = 10
        return limits
    }

    private func nodes(_ count: Int) throws -> (TestDatabase, [StoreFixture]) {
        let database = try TestDatabase(.postgres)
        return (database, try (0..<count).map { _ in try StoreFixture(on: database, isShared: true, limits: Self.quick) })
    }

    private func close(_ nodes: [StoreFixture]) async throws {
        let checks = try await nodes[0].reader.reconcile().checks.filter { !$0.isSatisfied }
        #expect(checks.isEmpty, "\(checks)")
        for node in nodes { try await node.close() }
    }

    @Test("On one hot wallet, the nodes together admit exactly what it can pay for, and charge each request once")
    func hotWallet() async throws {
        let (_, nodes) = try nodes(3)
        let id = try await nodes[0].open(1, credits: Credits(40 * 200))
        let writers = nodes.map(\.writer)
        let admitted = await withTaskGroup(of: UInt64?.self) { group in
            for request in 1...150 as ClosedRange<UInt64> {
                group.addTask {
                    let reply = await writers[Int(request) % 3].perform(StoreFixture.admit(request, by: 1))
                    return if case .admitted = reply { request } else { nil }
                }
            }
            return await group.reduce(into: [UInt64]()) { if let request = $1 { $0.append(request) } }
        }
        #expect(admitted.count == 40)
        // Each is ended on all nodes at once: only one of them is first.
        let first = await withTaskGroup(of: Int.self) { group in
            for request in admitted {
                for writer in writers {
                    group.addTask {
                        let reply = await writer.perform(StoreFixture.end(request, of: 1, StoreFixture.reported(10, 10)))
                        guard case .ended(let ended) = reply, ended.charged == Credits(20) else { return 1_000 }
                        return ended.isFirst ? 1 : 0
                    }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(first == 40)
        let (_, wallet) = try #require(try await nodes[2].reader.account(id))
        #expect(wallet.posted == Credits(40 * 180) && wallet.held == .zero)
        try await close(nodes)
    }

    @Test("An address that two nodes give away at the same time is given once, and both writers stay well")
    func email() async throws {
        let (_, nodes) = try nodes(2)
        for round in 1...20 as ClosedRange<UInt64> {
            let writers = nodes.map(\.writer)
            let replies = await withTaskGroup(of: Reply.self) { group in
                for (index, writer) in writers.enumerated() {
                    group.addTask {
                        await writer.perform(
                            .openAccount(
                                Account(
                                    id: AccountID(high: UInt64(index), low: round), email: "\(round)@example.com", name: "",
                                    createdAt: StoreFixture.start)))
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let refused = replies.filter { if case .refused = $0 { true } else { false } }
            #expect(refused.count == 1, "\(replies)")
            #expect(!writers.contains { !$0.isHealthy })
        }
        try await close(nodes)
    }

    @Test("A node whose lease was declared gone writes nothing under it, takes a new one, and goes on")
    func fenced() async throws {
        let (database, nodes) = try nodes(2)
        let id = try await nodes[0].open(1, credits: Credits(1_000))
        guard case .admitted = await nodes[0].writer.perform(StoreFixture.admit(1, by: 1)) else { return #expect(Bool(false)) }
        try database.execute("UPDATE nodes SET state = 'gone' WHERE epoch = (SELECT epoch FROM holds)")
        guard case .refused(let refusal) = await nodes[0].writer.perform(StoreFixture.admit(2, by: 1)) else { return #expect(Bool(false)) }
        #expect(refusal.code == .ledgerUnavailable)
        #expect(try await nodes[1].reader.receipt(StoreFixture.request(2)) == nil)
        // Its hold is an orphan now, and another node ends it.
        #expect(try await nodes[1].census.begin() == 1)
        while !nodes[0].writer.isHealthy { try await Task.sleep(for: .milliseconds(1)) }
        guard case .admitted = await nodes[0].writer.perform(StoreFixture.admit(3, by: 1)) else { return #expect(Bool(false)) }
        // What comes too late is charged from what is left, once.
        let late = await nodes[0].writer.perform(StoreFixture.end(1, of: 1, StoreFixture.reported(10, 10)))
        guard case .ended(let ended) = late else { return #expect(Bool(false), "\(late)") }
        #expect(ended.isFirst && ended.state == .settled && ended.charged == Credits(20))
        let again = await nodes[1].writer.perform(StoreFixture.end(1, of: 1, StoreFixture.reported(10, 10)))
        guard case .ended(let second) = again else { return #expect(Bool(false), "\(again)") }
        #expect(!second.isFirst && second.charged == Credits(20))
        #expect(try await nodes[1].reader.account(id)?.1.openHolds == 1)
        #expect(try await nodes[1].reader.orphanedHolds().isEmpty)
        try await close(nodes)
    }

    @Test("A failure in a queued statement comes out of the transaction, which has written nothing")
    func queued() async throws {
        let database = try TestDatabase(.postgres)
        let store = try database.open()
        let session = NodeSession(
            store.writerSession(), name: "n", isShared: true, dialect: .postgres, now: { Timestamp(milliseconds: 1) })
        try session.heartbeat()
        let epoch = session.epoch
        try database.execute("UPDATE nodes SET state = 'gone'")
        let write = SQLStatement("INSERT INTO probe VALUES (1, 1)")
        // Nothing is asked in it: all of it goes out before the commit.
        let failure = #expect(throws: StoreFailure.self) { try session.transaction { try session.execute(write) } }
        #expect(failure?.kind == .fenced)
        #expect(try await store.read { try $0.rows(SQLStatement("SELECT id FROM probe")) { $0.integer(0) } }.isEmpty)
        try session.transaction { try session.execute(write) }
        #expect(session.epoch > epoch)
        #expect(try await store.read { try $0.rows(SQLStatement("SELECT id FROM probe")) { $0.integer(0) } } == [1])
        try store.close()
    }

    @Test(
        "A commit that the server was still about when the connection was cut has not happened: the ending is tried again, and charged once"
    )
    func cutBeforeCommit() async throws {
        let database = try TestDatabase(.postgres)
        let node = try StoreFixture(on: database, isShared: true, limits: Self.quick)
        let id = try await node.open(1, credits: Credits(1_000))
        guard case .admitted = await node.writer.perform(StoreFixture.admit(1, by: 1)) else { return #expect(Bool(false)) }
        // Makes the COMMIT itself wait, once.
        try database.execute([
            """
            CREATE FUNCTION wait_once() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$
            """,
            """
            CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON receipts DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION wait_once()
            """,
        ])
        let writer = node.writer
        let ending = Task { await writer.perform(StoreFixture.end(1, of: 1, StoreFixture.reported(10, 10))) }
        let onlooker = try PostgresConnection(PostgresAddress(url: database.url))
        let waiting = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"
        while try onlooker.run("SELECT pid \(waiting)").isEmpty { try await Task.sleep(for: .milliseconds(2)) }
        try onlooker.run("CREATE OR REPLACE FUNCTION wait_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$")
        try onlooker.run("SELECT pg_terminate_backend(pid) \(waiting)")
        guard case .ended(let ended) = await ending.value else { return #expect(Bool(false)) }
        #expect(ended.charged == Credits(20) && ended.isFirst)
        #expect(try await node.reader.account(id)?.1.posted == Credits(980))
        try await close([node])
    }

    @Test(
        "A commit that was on the disk when the connection was cut counts: nobody was answered before that was known, and it is charged once"
    )
    func cutAfterCommit() async throws {
        // A server of its own: it is told to wait for a standby, so that a commit stands still between the disk and its answer.
        let server = try PostgresServer()
        try server.start()
        let database = try TestDatabase(.postgres, on: server)
        let node = try StoreFixture(on: database, isShared: true, limits: Self.quick)
        let id = try await node.open(1, credits: Credits(1_000))
        guard case .admitted = await node.writer.perform(StoreFixture.admit(1, by: 1)) else { return #expect(Bool(false)) }
        try server.administer("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        try server.administer("SELECT pg_reload_conf()")
        let onlooker = try PostgresConnection(PostgresAddress(url: database.url))
        while try onlooker.run("SHOW synchronous_standby_names") != ["nobody"] { try await Task.sleep(for: .milliseconds(2)) }
        let writer = node.writer
        let answered = Answered()
        let ending = Task {
            let reply = await writer.perform(StoreFixture.end(1, of: 1, StoreFixture.reported(10, 10)))
            answered.flag.store(true, ordering: .releasing)
            return reply
        }
        let waiting = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'SyncRep'"
        while try onlooker.run("SELECT pid \(waiting)").isEmpty { try await Task.sleep(for: .milliseconds(2)) }
        try onlooker.run("SELECT pg_terminate_backend(pid) \(waiting)")
        while writer.isHealthy { try await Task.sleep(for: .milliseconds(2)) }
        let wasAnswered = answered.flag.load(ordering: .acquiring)
        #expect(!wasAnswered)
        try server.administer("ALTER SYSTEM RESET synchronous_standby_names")
        try server.administer("SELECT pg_reload_conf()")
        guard case .ended(let ended) = await ending.value else { return #expect(Bool(false)) }
        #expect(ended.charged == Credits(20) && ended.isFirst)
        #expect(try await node.reader.account(id)?.1.posted == Credits(980))
        #expect(try await node.reader.receipt(StoreFixture.request(1))?.state == .settled)
        try await close([node])
    }
}
