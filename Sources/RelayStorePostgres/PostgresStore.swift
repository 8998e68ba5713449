public import Logging
public import RelayDomain
public import RelayStore
import Synchronization

/// The books in a PostgreSQL database, which any number of relays may share.
///
/// One connection writes, from the writer's own thread; three read, each on a queue of its own and in snapshots. All are made anew when they
/// were lost. A pooler between the relay and the server must give each connection a session of its own.
public final class PostgresStore: LedgerStore {
    public let dialect = SQLDialect.postgres
    public let isShared = true

    private static let readerCount = 3

    private let writer: PostgresWriter
    private let readers: [PostgresReader]

    /// Connects, and brings the schema up to date.
    /// - Parameter url: `postgres://user:password@host/database?sslmode=verify-full`, or any other URI of libpq's
    ///   (https://www.postgresql.org/docs/current/libpq-connect.html). It is never printed.
    /// - Parameter lease: of the node that writes: what it waits for must not outlast it.
    /// - Throws: ``StoreFailure`` when there is no server that can be written to, when it is older than PostgreSQL 13 or its encoding is
    ///   not UTF8, or when a newer version of the relay has written the database.
    public init(url: String, lease: LeaseTimes = LeaseTimes(), logger: Logger) throws {
        let address = try PostgresAddress(url: url)
        try PostgresMigrator.migrate(address, logger: logger)
        writer = try PostgresWriter(address, lease: lease, logger: logger)
        readers = (0..<PostgresStore.readerCount).map { PostgresReader(address, label: "ledger-reader-\($0)") }
    }

    public func writerSession() -> sending any SQLSession { writer }

    public func read<T: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> T) async throws -> T {
        let reader = readers.min { $0.pending.load(ordering: .relaxed) < $1.pending.load(ordering: .relaxed) }!
        reader.pending.add(1, ordering: .relaxed)
        defer { reader.pending.subtract(1, ordering: .relaxed) }
        return try await reader.read(body)
    }

    public func close() throws {
        readers.forEach { $0.close() }
        writer.close()
    }
}
