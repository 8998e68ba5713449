import Logging
import RelayStore
import RelayStorePostgres
import RelayStoreSQLite

extension DatabaseLocation {
    /// Opens or creates the books.
    /// - Throws: ``StoreFailure``.
    func open(logger: Logger) throws -> any LedgerStore {
        switch self {
        case .sqlite(let file): try SQLiteStore(path: file, logger: logger)
        case .postgres(let url): try PostgresStore(url: url, logger: logger)
        }
    }
}
