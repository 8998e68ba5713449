import CLibPQ
import RelayStore

/// One connection, used by one thread at a time, and closed with the value.
final class PostgresConnection {
    let handle: OpaquePointer
    var statements = PreparedStatements()

    /// - Throws: ``StoreFailure`` when there is no server, or one that cannot hold the books.
    init(_ address: PostgresAddress) throws {
        handle = try address.connect()
        let version = PQserverVersion(handle)
        guard version >= Self.oldestVersion else {
            throw StoreFailure(.unavailable, "PostgreSQL \(version / 10_000) is too old: the books need 13 or later")
        }
        let encoding = PQparameterStatus(handle, "server_encoding").map { String(cString: $0) } ?? ""
        guard encoding == "UTF8" else {
            throw StoreFailure(.unavailable, "the database's encoding is \(encoding): the books need UTF8")
        }
    }

    deinit { PQfinish(handle) }

    private static let oldestVersion: CInt = 130_000

    var isLost: Bool { PQstatus(handle) != CONNECTION_OK }
    var version: Int { Int(PQserverVersion(handle)) }

    /// Runs statements without parameters, one after another.
    /// - Returns: the first column of the last one's rows, as text.
    @discardableResult
    func run(_ sql: String) throws -> [String] {
        let result = try checked(PQexec(handle, sql))
        return (0..<PQntuples(result.handle)).map { String(cString: PQgetvalue(result.handle, $0, 0)) }
    }

    /// - Throws: ``PostgresError`` where it is no success.
    func checked(_ result: OpaquePointer?) throws -> PostgresResult {
        guard let result else { throw PostgresError(nil, on: handle).failure }
        let owned = PostgresResult(result)
        switch owned.status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE: return owned
        default: throw PostgresError(result, on: handle).failure
        }
    }
}
