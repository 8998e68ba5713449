import GRDB
import GRDBSQLite
import RelayStore

/// Prepared statements of one connection, found by the identity of what they were prepared from.
///
/// Touched only inside an access to that connection, which the connection's own queue makes exclusive; hence `@unchecked`.
final class StatementCache: @unchecked Sendable {
    /// With what each was prepared from: a key that ended would leave its identity to another.
    private var statements: [ObjectIdentifier: (key: SQLStatement, statement: Statement)] = [:]
    let parameters = ParameterRow()

    func statement(for key: SQLStatement, in db: Database) throws -> Statement {
        if let known = statements[ObjectIdentifier(key)] { return known.statement }
        // SQLite numbers `?1`; it takes `$1` for a name.
        let sql = key.sql.replacing("$", with: "?")
        let statement = try db.makeStatement(sql: sql)
        statements[ObjectIdentifier(key)] = (key, statement)
        return statement
    }

    func removeAll() { statements = [:] }
}

/// The row of parameters that a connection fills anew for every run.
final class ParameterRow {
    private var row = SQLParameters()
    private var isInUse = false

    /// - Parameter body: gets the row filled. Where it runs another statement, that one has a row of its own.
    func filled(by fill: (inout SQLParameters) -> Void, _ body: (SQLParameters) throws -> Void) rethrows {
        guard !isInUse else {
            var row = SQLParameters()
            fill(&row)
            return try body(row)
        }
        isInUse = true
        defer { isInUse = false }
        row.removeAll()
        fill(&row)
        try body(row)
    }
}

/// Runs statements on a connection, inside one access to it.
///
/// Binds and steps with SQLite's own functions: on the ledger's path a row costs what SQLite costs, and no more.
struct SQLiteSession: SQLSession {
    private let db: Database
    private let statements: StatementCache

    init(_ db: Database, statements: StatementCache) {
        self.db = db
        self.statements = statements
    }

    func transaction<T>(_ body: () throws -> T) throws -> T {
        // Prepared once, where the library's own transactions are parsed each time.
        try execute(Self.begin)
        do {
            let result = try body()
            try execute(Self.commit)
            return result
        } catch {
            // A failed commit may have rolled back by itself.
            if db.isInsideTransaction { try execute(Self.rollback) }
            throw error
        }
    }

    private static let begin = SQLStatement("BEGIN IMMEDIATE")
    private static let commit = SQLStatement("COMMIT")
    private static let rollback = SQLStatement("ROLLBACK")

    func query(
        _ statement: SQLStatement, count: Int, bind: (Int, inout SQLParameters) -> Void, row: (any SQLRow) throws -> Void
    ) throws {
        guard count > 0 else { return }
        let handle = try statements.statement(for: statement, in: db).sqliteStatement
        for index in 0..<count {
            try statements.parameters.filled(by: { bind(index, &$0) }) { parameters in
                defer { sqlite3_reset(handle) }
                try set(parameters, of: handle)
                while true {
                    let code = sqlite3_step(handle)
                    if code == SQLITE_DONE { break }
                    guard code == SQLITE_ROW else { throw failure(code) }
                    try row(SQLiteRow(handle: handle))
                }
            }
        }
    }

    func execute(
        _ statement: SQLStatement, count: Int, otherwise: StoreFailure?, bind: (Int, inout SQLParameters) -> Void
    ) throws {
        guard count > 0 else { return }
        let handle = try statements.statement(for: statement, in: db).sqliteStatement
        var changed = 0
        for index in 0..<count {
            try statements.parameters.filled(by: { bind(index, &$0) }) { parameters in
                defer { sqlite3_reset(handle) }
                try set(parameters, of: handle)
                let code = sqlite3_step(handle)
                guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failure(code) }
                changed += Int(sqlite3_changes(db.sqliteConnection))
            }
        }
        if let otherwise, changed != count { throw otherwise }
    }

    /// Binds without copying: the parameters stay where they are until the statement is reset.
    private func set(_ parameters: SQLParameters, of handle: OpaquePointer) throws {
        try parameters.bytes.withUnsafeBufferPointer { bytes in
            // An index, not an iterator: this loop runs some seventy times a request.
            for index in 0..<parameters.values.count {
                let position = CInt(index + 1)
                let code =
                    switch parameters.values[index] {
                    case .null: sqlite3_bind_null(handle, position)
                    case .integer(let integer): sqlite3_bind_int64(handle, position, integer)
                    case .text(let range):
                        sqlite3_bind_text(
                            handle, position, Self.start(of: range, in: bytes), CInt(range.count), Self.unmoving)
                    case .blob(let range):
                        sqlite3_bind_blob(handle, position, Self.start(of: range, in: bytes), CInt(range.count), Self.unmoving)
                    }
                guard code == SQLITE_OK else { throw failure(code) }
            }
        }
    }

    /// Where a range begins. SQLite takes a null pointer for NULL, so an empty text needs some address too.
    private static func start(of range: Range<Int>, in bytes: UnsafeBufferPointer<UInt8>) -> UnsafePointer<CChar> {
        guard let base = bytes.baseAddress else { return emptyText }
        return UnsafeRawPointer(base + range.lowerBound).assumingMemoryBound(to: CChar.self)
    }

    private nonisolated(unsafe) static let emptyText = UnsafePointer(UnsafeMutablePointer<CChar>.allocate(capacity: 1))

    private func failure(_ code: CInt) -> StoreFailure {
        SQLiteFailure.make(code: code, message: String(cString: sqlite3_errmsg(db.sqliteConnection)))
    }

    /// Tells SQLite that what is bound stays in place (`SQLITE_STATIC`).
    private static let unmoving: sqlite3_destructor_type? = nil
}

private struct SQLiteRow: SQLRow {
    let handle: OpaquePointer

    func integer(_ column: Int) -> Int64 { sqlite3_column_int64(handle, CInt(column)) }

    func bytes(_ column: Int) -> UnsafeBufferPointer<UInt8> {
        // Asks for the bytes first and for their number afterwards, as SQLite's documentation wants it.
        let start = sqlite3_column_blob(handle, CInt(column))
        let count = Int(sqlite3_column_bytes(handle, CInt(column)))
        return UnsafeBufferPointer(start: start?.assumingMemoryBound(to: UInt8.self), count: start == nil ? 0 : count)
    }

    func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, CInt(column)) == SQLITE_NULL }
}

/// The connection that writes. Each transaction is one access to it.
final class SQLiteWriterSession: SQLSession {
    private let queue: DatabaseQueue
    private let statements: StatementCache
    private var current: SQLiteSession?

    init(queue: DatabaseQueue, statements: StatementCache) {
        self.queue = queue
        self.statements = statements
    }

    func transaction<T>(_ body: () throws -> T) throws -> T {
        try SQLiteFailure.mapping {
            try queue.inDatabase { db in
                let session = SQLiteSession(db, statements: statements)
                current = session
                defer { current = nil }
                return try session.transaction(body)
            }
        }
    }

    func query(
        _ statement: SQLStatement, count: Int, bind: (Int, inout SQLParameters) -> Void, row: (any SQLRow) throws -> Void
    ) throws {
        try inTransaction().query(statement, count: count, bind: bind, row: row)
    }

    func execute(
        _ statement: SQLStatement, count: Int, otherwise: StoreFailure?, bind: (Int, inout SQLParameters) -> Void
    ) throws {
        try inTransaction().execute(statement, count: count, otherwise: otherwise, bind: bind)
    }

    private func inTransaction() -> SQLiteSession {
        guard let current else { preconditionFailure("the writer's session is used outside of a transaction") }
        return current
    }
}
