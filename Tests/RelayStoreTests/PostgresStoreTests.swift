import Foundation
import RelayDomain
import RelayTestKit
import Synchronization
import Testing

@testable import RelayStore
@testable import RelayStorePostgres

/// Where two threads wait for each other, once.
private final class Meeting: Sendable {
    private let arrived = Atomic(0)

    func wait() {
        arrived.add(1, ordering: .acquiringAndReleasing)
        while arrived.load(ordering: .acquiring) < 2 { usleep(1_000) }
    }
}

/// Runs what blocks for long on a thread of its own.
private func onThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        Thread { continuation.resume(with: Result(catching: body)) }.start()
    }
}

/// What only a database with other clients has to offer: lost connections, conflicts, other writers.
@Suite struct PostgresStoreTests {
    private static let probe = SQLStatement("INSERT INTO probe VALUES ($1, 0)")
    private static let tries = SQLStatement("SELECT tries FROM probe WHERE id = $1")
    private static let lock = SQLStatement.read("id", from: "probe", by: "id", locking: .forUpdate)
    private static let process = SQLStatement("SELECT pg_backend_pid()")

    private func kill(_ process: Int64, on database: TestDatabase) throws {
        try database.execute("SELECT pg_terminate_backend(\(process))")
        // Until it is gone: it answers no more, but may take its time.
        while try PostgresConnection(PostgresAddress(url: database.url)).run("SELECT 1 FROM pg_stat_activity WHERE pid = \(process)") != []
        {}
    }

    private func ids(_ store: any LedgerStore) async throws -> [Int64] {
        try await store.read { try $0.rows(SQLStatement("SELECT id FROM probe ORDER BY id")) { $0.integer(0) } }
    }

    @Test("A connection that dies between two transactions is replaced, and the next one does not notice")
    func lostBetween() async throws {
        let database = try TestDatabase(.postgres)
        let store = try database.open()
        let session = store.writerSession()
        let process = try session.transaction { try session.rows(Self.process) { $0.integer(0) }[0] }
        try kill(process, on: database)
        try session.transaction { try session.execute(Self.probe) { $0.append(1 as Int64) } }
        let reader = try await store.read { try $0.rows(Self.process) { $0.integer(0) }[0] }
        try kill(reader, on: database)
        #expect(try await ids(store) == [1])
        try store.close()
    }

    @Test("A connection that dies within a transaction takes it along; the next transaction has a new one")
    func lostWithin() async throws {
        let database = try TestDatabase(.postgres)
        let store = try database.open()
        let session = store.writerSession()
        let failure = #expect(throws: StoreFailure.self) {
            try session.transaction {
                try session.execute(Self.probe) { $0.append(1 as Int64) }
                let process = try session.rows(Self.process) { $0.integer(0) }[0]
                try kill(process, on: database)
                try session.execute(Self.probe) { $0.append(2 as Int64) }
            }
        }
        #expect(failure?.kind == .unavailable, "\(String(describing: failure))")
        try session.transaction { try session.execute(Self.probe) { $0.append(3 as Int64) } }
        #expect(try await ids(store) == [3])
        try store.close()
    }

    @Test("Two transactions that wait for each other both land: the one that the server ends runs again")
    func deadlock() async throws {
        let database = try TestDatabase(.postgres)
        let stores = [try database.open(), try database.open()]
        let setUp = stores[0].writerSession()
        try setUp.transaction { try setUp.execute(Self.probe, count: 2, bind: { $1.append(Int64($0)) }) }
        let meeting = Meeting()
        let runs = try await withThrowingTaskGroup(of: Int.self) { group in
            for (index, store) in stores.enumerated() {
                group.addTask {
                    try await onThread {
                        let session = store.writerSession()
                        var runs = 0
                        try session.transaction {
                            runs += 1
                            for id in index == 0 ? [0, 1] : [1, 0] as [Int64] {
                                _ = try session.rows(Self.lock, bind: { $0.append(id) }) { $0.integer(0) }
                                // Both have their first row before either asks for its second; what runs again comes alone.
                                if runs == 1 { meeting.wait() }
                            }
                            try session.execute(SQLStatement("UPDATE probe SET tries = tries + 1"))
                        }
                        return runs
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        // Once each, and again for the one that was ended; on a busy machine perhaps once more.
        #expect(runs >= 3)
        let tries = try await stores[0].read { try $0.rows(Self.tries, bind: { $0.append(0 as Int64) }) { $0.integer(0) } }
        #expect(tries == [2])
        for store in stores { try store.close() }
    }

    @Test("Rows that one writer holds and does not give back, because it stands still in the middle of a message, are taken from it")
    func stalled() async throws {
        let database = try TestDatabase(.postgres)
        let stores = [try database.open(), try database.open()]
        let stopped = stores[1].writerSession() as! PostgresWriter
        let session = stores[0].writerSession() as! PostgresWriter
        try session.transaction { try session.execute(Self.probe) { $0.append(1 as Int64) } }
        try session.transaction { try session.execute(SQLStatement("SET lock_timeout = '6s'")) }
        let failure = #expect(throws: StoreFailure.self) {
            try stopped.transaction {
                _ = try stopped.rows(Self.lock, bind: { $0.append(1 as Int64) }) { $0.integer(0) }
                // Larger than what libpq keeps to itself: the server gets it at once, and waits for what comes behind it.
                try stopped.execute(SQLStatement("UPDATE probe SET tries = length($1)")) {
                    $0.append(String(repeating: "x", count: 100_000))
                }
                try session.transaction { try session.execute(SQLStatement("UPDATE probe SET tries = 7")) }
            }
        }
        #expect(failure?.kind == .unavailable)
        let tries = try await stores[0].read { try $0.rows(Self.tries, bind: { $0.append(1 as Int64) }) { $0.integer(0) } }
        #expect(tries == [7])
        for store in stores { try store.close() }
    }

    @Test("A server that does not answer is given up, and what it was about has ended before the next connection is used")
    func silent() async throws {
        let database = try TestDatabase(.postgres)
        let store = try database.open()
        let writer = try PostgresWriter(PostgresAddress(url: database.url), patience: .milliseconds(300), logger: TestDatabase.logger)
        let failure = #expect(throws: StoreFailure.self) {
            try writer.transaction {
                try writer.execute(Self.probe) { $0.append(1 as Int64) }
                _ = try writer.rows(SQLStatement("SELECT 1 FROM pg_sleep(60)")) { _ in }
            }
        }
        #expect(failure?.kind == .unavailable, "\(String(describing: failure))")
        // The same row: it is not held any more.
        try writer.transaction { try writer.execute(Self.probe) { $0.append(1 as Int64) } }
        #expect(try await ids(store) == [1])
        writer.close()
        try store.close()
    }

    @Test("How long the writer waits for locks and statements follows from its lease")
    func limits() throws {
        let store = try PostgresStore(
            url: TestDatabase(.postgres).url, lease: LeaseTimes(graceMilliseconds: 8_000), logger: TestDatabase.logger)
        let session = store.writerSession()
        let settings = ["lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"]
        let read = SQLStatement("SELECT \(settings.map { "current_setting('\($0)')" }.joined(separator: ", "))")
        let found = try session.transaction { try session.rows(read) { row in settings.indices.map { row.text($0) } } }
        #expect(found == [["2s", "2400ms", "1333ms"]])
        try store.close()
    }

    @Test("A transaction that others were in the way of for too long is not begun anew: the lease must be prolonged first")
    func tooLong() throws {
        let database = try TestDatabase(.postgres)
        try database.open().close()
        try database.execute(
            "CREATE FUNCTION conflict() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RAISE serialization_failure; END $$")
        let lease = LeaseTimes(graceMilliseconds: 6_000)
        let writer = try PostgresWriter(PostgresAddress(url: database.url), lease: lease, logger: TestDatabase.logger)
        var runs = 0
        func run(pause milliseconds: Int64) {
            runs = 0
            #expect(throws: StoreFailure.self) {
                try writer.transaction {
                    runs += 1
                    usleep(UInt32(milliseconds) * 1_000)
                    _ = try writer.rows(SQLStatement("SELECT conflict()")) { _ in }
                }
            }
        }
        run(pause: 0)
        #expect(runs > 1)
        run(pause: lease.transactionMilliseconds)
        #expect(runs == 1)
        writer.close()
    }

    @Test("A migration that cannot be made changes nothing, and many nodes that start at once make each one once")
    func migrations() async throws {
        let database = try TestDatabase(.postgres)
        // In the way of the second migration.
        try database.execute("CREATE TABLE usage_totals (id BIGINT)")
        #expect(throws: StoreFailure.self) { try database.open() }
        let connection = try PostgresConnection(PostgresAddress(url: database.url))
        #expect(try connection.run("SELECT relname FROM pg_class WHERE relname IN ('wallets', 'schema_migrations')") == [])
        try database.execute("DROP TABLE usage_totals")
        nonisolated(unsafe) let shared = database
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<6 { group.addTask { try shared.open().close() } }
            try await group.waitForAll()
        }
        #expect(try connection.run("SELECT name FROM schema_migrations ORDER BY name") == Schema.migrations(for: .postgres).map(\.name))
    }

    @Test("No password is told, whatever is wrong with the URL")
    func secrets() throws {
        for url in [
            "postgres://u:sesame@127.0.0.1:1/db", "postgres://u:ses@sesame@127.0.0.1:1/db", "postgres://u:pa/sesame@127.0.0.1:1/db",
            "postgres://u:1/sesame@127.0.0.1:1/db", "postgress://u:sesame@h/db", "postgres://u:sesame%zz@h/db",
            "postgres://u:sesame@[::1/db",
            "postgres://u:sesame@127.0.0.1:1/db?nonsense=1", "postgres://u@127.0.0.1:1/db?password=sesame&sslmode=nonsense",
            "host=h password=sesame", "postgres://u:sesame@127.0.0.1:port/db", "postgres://u:ses#sesame@127.0.0.1:1/db",
        ] {
            let failure = #expect(throws: StoreFailure.self, "\(url)") { try PostgresStore(url: url, logger: TestDatabase.logger) }
            #expect(failure.map { !"\($0)".contains("sesame") } == true, "\(url): \(String(describing: failure))")
        }
    }

    @Test("Values that do not fit, and types that are not read, are named and break nothing")
    func types() async throws {
        let store = try TestDatabase(.postgres).open()
        let session = store.writerSession()
        for statement in [
            SQLStatement("SELECT 1.5 AS half"), SQLStatement("SELECT sum(tries) AS total FROM probe"),
            SQLStatement("SELECT id FROM probe WHERE tries > $1::numeric"),
        ] {
            let failure = #expect(throws: StoreFailure.self) { try session.transaction { _ = try session.rows(statement) { _ in } } }
            #expect(failure?.kind == .corrupt, "\(String(describing: failure))")
        }
        let failure = #expect(throws: StoreFailure.self) {
            try session.transaction { try session.execute(Self.probe) { $0.append("one") } }
        }
        #expect(failure?.kind == .corrupt)
        // A text with a zero byte will be refused for ever: whoever wrote it must not be tried again and again.
        let zero = #expect(throws: StoreFailure.self) {
            try session.transaction {
                try session.execute(SQLStatement("INSERT INTO house_accounts VALUES ($1, 0)")) { $0.append("a\0b") }
            }
        }
        #expect(zero?.kind == .constraint, "\(String(describing: zero))")
        try session.transaction { try session.execute(Self.probe) { $0.append(1 as Int64) } }
        #expect(try await ids(store) == [1])
        try store.close()
    }

    @Test("A reader that has seen enough stops a query of millions of rows, and goes on with another")
    func enough() async throws {
        struct Enough: Error {}
        let store = try TestDatabase(.postgres).open()
        let many = SQLStatement("SELECT generate_series(1, 50000000)")
        for _ in 0..<4 {
            await #expect(throws: Enough.self) {
                try await store.read { try $0.query(many, count: 1, bind: { _, _ in }) { if $0.integer(0) == 10 { throw Enough() } } }
            }
        }
        #expect(try await ids(store) == [])
        try store.close()
    }
}
