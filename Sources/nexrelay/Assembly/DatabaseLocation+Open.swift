import Logging
import RelayDomain
import RelayStore
import RelayStorePostgres
import RelayStoreSQLite

extension DatabaseLocation {
    /// Opens or creates the books.
    /// - Parameter lease: of the node that is to write them.
    /// - Throws: ``StoreFailure``.
    func open(lease: LeaseTimes, logger: Logger) throws -> any LedgerStore {
        switch self {
        case .sqlite(let file): try SQLiteStore(path: file, logger: logger)
        case .postgres(let url): try PostgresStore(url: url, lease: lease, logger: logger)
        }
    }
}
