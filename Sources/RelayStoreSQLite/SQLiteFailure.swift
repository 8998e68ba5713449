import GRDB
import GRDBSQLite
import RelayStore

/// Turns SQLite's result codes into the store's own error.
enum SQLiteFailure {
    static func make(code: CInt, message: String) -> StoreFailure {
        switch code & 0xFF {
        case SQLITE_CONSTRAINT: StoreFailure(.constraint, message)
        case SQLITE_CORRUPT, SQLITE_NOTADB: StoreFailure(.corrupt, "SQLite \(code): \(message)")
        default: StoreFailure(.unavailable, "SQLite \(code): \(message)")
        }
    }

    static func mapping<T>(_ body: () throws -> T) throws -> T {
        do { return try body() } catch let error as DatabaseError { throw make(error) }
    }

    static func mappingAsync<T>(_ body: () async throws -> T) async throws -> T {
        do { return try await body() } catch let error as DatabaseError { throw make(error) }
    }

    private static func make(_ error: DatabaseError) -> StoreFailure {
        make(code: error.extendedResultCode.rawValue, message: error.message ?? "no message")
    }
}
