import GRDB
public import Logging
public import RelayStore
import Synchronization

/// The books in one SQLite file, owned by one process.
///
/// WAL with `synchronous=FULL`: a commit is on the disk when it returns. There is exactly one read-write connection, which also runs every
/// checkpoint: before 3.51.3 SQLite can lose commits when two connections checkpoint (https://sqlite.org/wal.html#walresetbug).
/// Readers are read-only connections of their own.
public final class SQLiteStore: LedgerStore {
    public let dialect = SQLDialect.sqlite
    public let isShared = false

    /// Read-only connections.
    private static let readerCount = 3
    /// Pages of the log after which the writer copies them into the database file.
    private static let checkpointPages = 4_000

    let path: String
    /// Whether a copy is being written.
    let isBackingUp = Atomic(false)
    private let lock: FileLock
    private let writer: DatabaseQueue
    private let writerStatements = StatementCache()
    private let readers: [Reader]

    /// Opens or creates the database, and brings its schema up to date.
    /// - Parameter path: of the database file. `path.lock` beside it is locked for as long as this lives.
    /// - Throws: ``StoreFailure`` when another process owns the file, when it cannot be opened, or when a newer version has written it.
    public init(path: String, logger: Logger) throws {
        self.path = path
        lock = try FileLock(path: path + ".lock")
        writer = try SQLiteFailure.mapping {
            var configuration = Configuration()
            configuration.label = "ledger-writer"
            configuration.journalMode = .wal
            configuration.prepareDatabase { db in
                try db.execute(sql: "PRAGMA synchronous = FULL")
                try db.execute(sql: "PRAGMA wal_autocheckpoint = \(SQLiteStore.checkpointPages)")
                try db.execute(sql: "PRAGMA cache_size = -65536")
                try db.execute(sql: "PRAGMA temp_store = MEMORY")
            }
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try SQLiteStore.migrate(queue, logger: logger)
            return queue
        }
        readers = try SQLiteFailure.mapping {
            try (0..<SQLiteStore.readerCount).map { index in
                var configuration = Configuration()
                configuration.label = "ledger-reader-\(index)"
                configuration.readonly = true
                configuration.busyMode = .timeout(5)
                // A reconciliation sorts millions of rows: in files, not in memory.
                configuration.prepareDatabase { try $0.execute(sql: "PRAGMA temp_store = FILE") }
                return Reader(queue: try DatabaseQueue(path: path, configuration: configuration))
            }
        }
    }

    public func writerSession() -> sending any SQLSession {
        SQLiteWriterSession(queue: writer, statements: writerStatements)
    }

    public func read<T: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> T) async throws -> T {
        let reader = readers.min { $0.pending.load(ordering: .relaxed) < $1.pending.load(ordering: .relaxed) }!
        reader.pending.add(1, ordering: .relaxed)
        defer { reader.pending.subtract(1, ordering: .relaxed) }
        return try await SQLiteFailure.mappingAsync {
            try await reader.queue.read { db in try body(SQLiteSession(db, statements: reader.statements)) }
        }
    }

    /// The last connection copies the log into the database file.
    public func close() throws {
        try SQLiteFailure.mapping {
            for reader in readers { try reader.close() }
            // A connection does not close while it has statements.
            writer.inDatabase { _ in writerStatements.removeAll() }
            try writer.close()
        }
        lock.release()
    }

    private static func migrate(_ queue: DatabaseQueue, logger: Logger) throws {
        var migrator = DatabaseMigrator()
        for migration in Schema.migrations(for: .sqlite) {
            migrator.registerMigration(migration.name) { db in
                for statement in migration.statements { try db.execute(sql: statement) }
                logger.info("the schema was changed", metadata: ["migration": "\(migration.name)"])
            }
        }
        if try queue.read(migrator.hasBeenSuperseded) {
            throw StoreFailure(.unavailable, "a newer version of the relay has written this database; use that version")
        }
        try migrator.migrate(queue)
    }
}

/// A read-only connection, its prepared statements, and how many wait for it.
private final class Reader: Sendable {
    let queue: DatabaseQueue
    let statements = StatementCache()
    let pending = Atomic<Int>(0)

    init(queue: DatabaseQueue) {
        self.queue = queue
    }

    func close() throws {
        queue.inDatabase { _ in statements.removeAll() }
        try queue.close()
    }
}
