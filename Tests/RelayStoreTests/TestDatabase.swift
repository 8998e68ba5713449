import GRDB
import Logging
import RelayDomain
import RelayStoreSQLite
import RelayTestKit

@testable import RelayStore
@testable import RelayStorePostgres

/// The databases that hold books: whatever one of them does, the other does too.
enum DatabaseKind: String, CaseIterable {
    case sqlite
    case postgres
}

/// A database of a test's own, for which a store can be opened again and again.
final class TestDatabase {
    let kind: DatabaseKind
    /// Of its file, if it is SQLite.
    let folder: TemporaryFolder
    /// Where it is, if it is PostgreSQL.
    let url: String

    /// - Parameter server: the one to make it on, if it is PostgreSQL.
    init(_ kind: DatabaseKind, on server: PostgresServer? = nil, in folder: TemporaryFolder? = nil) throws {
        self.kind = kind
        self.folder = try folder ?? TemporaryFolder()
        url =
            switch kind {
            case .sqlite: ""
            case .postgres: try (server ?? .shared()).newDatabase().url
            }
    }

    func open() throws -> any LedgerStore {
        switch kind {
        case .sqlite: try SQLiteStore(path: folder.path("relay.db"), logger: Self.logger)
        case .postgres: try PostgresStore(url: url, logger: Self.logger)
        }
    }

    static let logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()

    /// Runs statements as somebody does who goes past the relay. Nothing else may have an SQLite database open.
    func execute(_ sql: [String]) throws {
        switch kind {
        case .sqlite:
            let queue = try DatabaseQueue(path: folder.path("relay.db"))
            try queue.write { db in for statement in sql { try db.execute(sql: statement) } }
            try queue.close()
        case .postgres:
            let connection = try PostgresConnection(PostgresAddress(url: url))
            for statement in sql { try connection.run(statement) }
        }
    }

    func execute(_ sql: String) throws { try execute([sql]) }

    /// What the tables hold, in words that are the same for both databases.
    static func contents(_ store: any LedgerStore, _ tables: [String] = Array(columns.keys)) async throws -> [String] {
        try await store.read { session in try tables.sorted().flatMap { try Self.rows(of: $0, session) } }
    }

    private static func rows(of table: String, _ session: any SQLSession) throws -> [String] {
        let names = columns[table]!.split(separator: ", ").map(String.init)
        let blobs: Set = ["hash", "rate", "high_cost_rate"]
        let list = names.map { blobs.contains($0) ? $0 : "CAST(\($0) AS TEXT)" }.joined(separator: ", ")
        let order = (1...min(4, names.count)).map { "\($0)" }.joined(separator: ", ")
        return try session.rows(SQLStatement("SELECT \(list) FROM \(table) ORDER BY \(order)")) { row in
            names.indices.reduce(table) { line, column in
                if row.isNull(column) { return line + " -" }
                return line + (blobs.contains(names[column]) ? " \(Array(row.bytes(column)))" : " \(row.text(column))")
            }
        }
    }

    private static let columns = [
        "wallets": Wallet.columns, "keys": Key.columns, "holds": Hold.columns, "receipts": Receipt.columns,
        "transfers": Transfer.columns, "events": WebhookEvent.columns, "house_accounts": "name, posted", "orders": RechargeOrder.columns,
        "usage_totals": "account, day, model, key, \(UsageTotal.columns)",
    ]
}
