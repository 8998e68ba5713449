import Foundation
import RelayTestKit
import Testing

/// What the end-to-end tests see of a database is the same on both.
@Suite("Looking into the books")
struct RelayDatabaseTests {
    private static let table = ["CREATE TABLE t (number bigint, words text, bytes bytea)"]
    private static let rows = [
        "INSERT INTO t VALUES (-7, 'zanzibar | and more', NULL)", "INSERT INTO t VALUES (1000000000000, '', NULL)",
        "INSERT INTO t VALUES (NULL, NULL, NULL)",
    ]

    private func look(_ database: RelayDatabase, bytes: (String) -> String) async throws {
        try await database.execute(Self.table + Self.rows)
        let word = bytes("7175616767a1")
        try await database.execute(["UPDATE t SET bytes = \(word) WHERE number = -7"])
        #expect(
            try await database.rows("SELECT * FROM t ORDER BY coalesce(number, 0)")
                == [["-7", "zanzibar | and more", "\\x7175616767a1"], [nil, nil, nil], ["1000000000000", "", nil]])
        #expect(try await database.rows("SELECT count(*), sum(number) FROM t WHERE number < 0") == [["1", "-7"]])
        #expect(try await database.rows("SELECT number FROM t WHERE words = 'nothing'").isEmpty)
        // In a text, in a blob, and nowhere.
        #expect(try await database.contains("zanzibar"))
        #expect(try await database.contains("quagg"))
        #expect(try await !database.contains("quagmire"))
        try await database.check()
        // All or nothing.
        await #expect(throws: (any Error).self) { try await database.execute(["DELETE FROM t", "DELETE FROM nothing"]) }
        #expect(try await database.rows("SELECT count(*) FROM t") == [["3"]])
    }

    @Test("in a file of SQLite's")
    func sqlite() async throws {
        let folder = try TemporaryFolder()
        try await look(.sqlite(file: folder.path("relay.db"))) { "x'\($0)'" }
    }

    @Test("on a server of PostgreSQL's")
    func postgres() async throws {
        let database = try await blocking { try PostgresServer.shared().newDatabase() }
        try await look(.postgres(database)) { "'\\x\($0)'::bytea" }
        try await blocking { try database.drop() }
    }
}
