import CLibPQ
import RelayStore

/// What the server or libpq said in place of an answer.
struct PostgresError: Error {
    /// Five characters; nil where libpq itself failed, which is where the connection was lost.
    let sqlState: String?
    /// Whether the server ended the session with it.
    let isFatal: Bool
    let message: String

    init(_ result: OpaquePointer?, on connection: OpaquePointer) {
        sqlState = nexrelay_pq_sqlstate(result).map { String(cString: $0) }
        isFatal = sqlState == nil || nexrelay_pq_severity(result).map { String(cString: $0) } != "ERROR"
        // Without the details, which hold values of rows.
        message = nexrelay_pq_primary_message(result).map { String(cString: $0) } ?? Self.message(of: connection)
    }

    /// Of what will be refused again: a row twice in one statement, a value that does not fit (a text with a zero byte), a constraint, a row that
    /// is too large for an index.
    private static let lastingClasses: Set<Substring> = ["21", "22", "23", "54"]

    /// A page or an index that is damaged: whoever does not touch it goes on. The rest of its class, `XX000`, is said of whatever the server
    /// did not expect, much of which passes: a file that a failover is about to bring, a relation that was just rebuilt.
    private static let damage: Set<String> = ["XX001", "XX002"]

    private static let lockNotAvailable = "55P03"

    /// What an error means for who asked.
    /// - Parameter sqlState: five characters; nil where the connection was lost.
    static func kind(of sqlState: String?) -> StoreFailure.Kind {
        guard let sqlState else { return .unavailable }
        if damage.contains(sqlState) { return .corrupt }
        if sqlState == lockNotAvailable { return .locked }
        return lastingClasses.contains(sqlState.prefix(2)) ? .constraint : .unavailable
    }

    var failure: StoreFailure {
        StoreFailure(Self.kind(of: sqlState), sqlState.map { "PostgreSQL \($0): \(message)" } ?? "PostgreSQL: \(message)")
    }

    /// In one line.
    static func message(of connection: OpaquePointer) -> String {
        String(cString: PQerrorMessage(connection)).split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
