import Logging
import RelayStore
import RelayStorePostgres
import RelayStoreSQLite
import RelayTestKit

/// The database under a storm.
final class StormBooks: Sendable {
    enum Kind: String, Sendable { case sqlite, postgres }

    let kind: Kind
    /// For the storm itself, and on SQLite for everybody: one process owns the file.
    let store: any LedgerStore
    private let folder: TemporaryFolder?
    private let database: PostgresDatabase?

    init(_ kind: Kind) throws {
        self.kind = kind
        switch kind {
        case .sqlite:
            let folder = try TemporaryFolder()
            (self.folder, database) = (folder, nil)
            store = try SQLiteStore(path: folder.path("relay.db"), logger: Self.logger)
        case .postgres:
            let database = try PostgresServer.shared().newDatabase()
            (folder, self.database) = (nil, database)
            store = try PostgresStore(url: database.url, logger: Self.logger)
        }
    }

    /// How long a node that lives and says nothing keeps the network: by the storm's clock, or by the database's own.
    var leaseMilliseconds: Int64 { kind == .sqlite ? 20_000 : 30 }

    /// - Returns: a node's own store where a database can have several.
    func open() throws -> (store: any LedgerStore, isOwn: Bool) {
        guard let database else { return (store, false) }
        return (try PostgresStore(url: database.url, logger: Self.logger), true)
    }

    func close() throws {
        try store.close()
        try database?.drop()
    }

    private static let logger = Logger(label: "storm") { _ in SwiftLogNoOpLogHandler() }
}
