import Foundation
import RelayTestKit
import Testing

@Suite("The proxy that cuts")
struct CuttingProxyTests {
    private static let server = Result {
        let server = try PostgresServer(.init(syncs: false))
        try server.start()
        return server
    }

    private let database: PostgresDatabase
    private let proxy: CuttingProxy

    init() async throws {
        database = try await blocking {
            let database = try Self.server.get().newDatabase()
            try database.rows("CREATE TABLE t (a bigint); CREATE TABLE go (a bigint)")
            return database
        }
        proxy = try CuttingProxy(to: database.server.socketPath)
    }

    /// Runs SQL through the proxy, by a client that connects for it.
    private func query(_ sql: String) async throws -> [[String?]] {
        try await blocking { [database, port = proxy.port] in try database.rows(sql, port: port) }
    }

    private func count() throws -> String? { try database.rows("SELECT count(*) FROM t")[0][0] }

    /// Inserts as soon as there is a row in `go`.
    private static let insertWhenTold = """
        DO $$ BEGIN
          WHILE NOT EXISTS (SELECT FROM go) LOOP PERFORM pg_sleep(0.01); END LOOP;
          INSERT INTO t VALUES (1);
        END $$
        """

    private func untilWaiting() async throws {
        try await eventually("it waits") {
            try database.rows("SELECT 1 FROM pg_stat_activity WHERE datname = '\(database.name)' AND query LIKE 'DO %'").count == 1
        }
    }

    @Test("passes everything on, both ways")
    func passes() async throws {
        #expect(try await query("SELECT repeat('x', 3000000)")[0][0]?.utf8.count == 3_000_000)
        _ = try await query("INSERT INTO t SELECT length('\(String(repeating: "y", count: 100_000))')")
        #expect(try database.rows("SELECT a FROM t") == [["100000"]])
        #expect(proxy.passedBytes(from: .server) > 3_000_000 && proxy.passedBytes(from: .client) > 100_000)
        try await eventually("no connection stands") { proxy.connections == 0 }
        #expect(proxy.triggered == 0)
    }

    @Test("a commit whose answer is lost has happened")
    func commitReply() async throws {
        proxy.cut(at: .message(CuttingProxy.commitReply, from: .server))
        await #expect(throws: TestKitFailure.self) { _ = try await query("BEGIN; INSERT INTO t VALUES (1); COMMIT") }
        #expect(proxy.triggered == 1)
        #expect(try count() == "1")
        // Once.
        _ = try await query("BEGIN; INSERT INTO t VALUES (2); COMMIT")
        #expect(try count() == "2")
        // A commit before it is armed is not one after.
        proxy.cut(at: .message(CuttingProxy.commitReply, from: .server))
        #expect(try await query("SELECT 1") == [["1"]])
        #expect(proxy.triggered == 1)
    }

    @Test("a query that never arrives whole does not happen", arguments: [CuttingProxy.Side.client, .server], [0, 1, 13, 64])
    func bytes(side: CuttingProxy.Side, bytes: Int) async throws {
        proxy.cut(at: .bytes(bytes, from: side))
        await #expect(throws: TestKitFailure.self) { _ = try await query("INSERT INTO t VALUES (1)") }
        #expect(proxy.passedBytes(from: side) == bytes)
        #expect(proxy.triggered == 1)
        #expect(try count() == "0")
        #expect(try await query("SELECT 1") == [["1"]])
    }

    @Test("cut in the middle, a client knows at once, and new ones are served")
    func cuts() async throws {
        let insert = Task { try await query(Self.insertWhenTold) }
        try await untilWaiting()
        #expect(proxy.connections == 1)
        proxy.cut()
        await #expect(throws: TestKitFailure.self) { _ = try await insert.value }
        try await eventually("no connection stands") { proxy.connections == 0 }
        #expect(try await query("SELECT 1") == [["1"]])
    }

    @Test("while answers are lost the server goes on working")
    func losesAnswers() async throws {
        let insert = Task { try await query(Self.insertWhenTold) }
        try await untilWaiting()
        let passed = proxy.passedBytes(from: .server)
        proxy.loseAnswers()
        try database.rows("INSERT INTO go VALUES (1)")
        try await eventually("the server has answered") { proxy.lostBytes > 0 }
        #expect(try count() == "1")
        #expect(proxy.passedBytes(from: .server) == passed)
        proxy.cut()
        await #expect(throws: TestKitFailure.self) { _ = try await insert.value }
        #expect(try await query("SELECT 1") == [["1"]])
    }

    @Test("refuses clients for a while")
    func refuses() async throws {
        proxy.refuse()
        await #expect(throws: TestKitFailure.self) { _ = try await query("SELECT 1") }
        proxy.refuse(false)
        #expect(try await query("SELECT 1") == [["1"]])
        await #expect(throws: TestKitFailure.self) {
            let stopped = try CuttingProxy(to: "/tmp/nobody-listens-here")
            _ = try await blocking { [database] in try database.rows("SELECT 1", port: stopped.port) }
        }
    }

    @Test("holds bytes back for a while, on connections that stay")
    func holds() async throws {
        proxy.hold()
        let one = Task { try await query("SELECT 1") }
        try await eventually("it has connected") { proxy.connections == 1 }
        #expect(proxy.passedBytes(from: .client) == 0)
        proxy.hold(false)
        #expect(try await one.value == [["1"]])
        try await eventually("it has gone") { proxy.connections == 0 }
        // Cut while held, nothing is left waiting.
        proxy.hold()
        let two = Task { try await query("SELECT 2") }
        try await eventually("it has connected") { proxy.connections == 1 }
        proxy.cut()
        await #expect(throws: TestKitFailure.self) { _ = try await two.value }
        proxy.hold(false)
    }
}
