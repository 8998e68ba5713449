import GRDB
import GRDBSQLite
import RelayStore

/// Prepared statements of one connection, found by the identity of what they were prepared from.
///
/// Touched only inside an access to that connection, which the connection's own queue makes exclusive; hence `@unchecked`.
final class StatementCache: @unchecked Sendable {
    private var statements: [ObjectIdentifier: Statement] = [:]

    func statement(for key: SQLStatement, in db: Database) throws -> Statement {
        if let statement = statements[ObjectIdentifier(key)] { return statement }
        // SQLite numbers `?1`; it takes `$1` for a name.
        let sql = key.sql.replacing("$", with: "?")
        let statement = try db.makeStatement(sql: sql)
        statements[ObjectIdentifier(key)] = statement
        return statement
    }

    func removeAll() { statements = [:] }
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
        try execute(Self.begin, each: [[]])
        do {
            let result = try body()
            try execute(Self.commit, each: [[]])
            return result
        } catch {
            // A failed commit may have rolled back by itself.
            if db.isInsideTransaction { try execute(Self.rollback, each: [[]]) }
            throw error
        }
    }

    private static let begin = SQLStatement("BEGIN IMMEDIATE")
    private static let commit = SQLStatement("COMMIT")
    private static let rollback = SQLStatement("ROLLBACK")

    func query(_ statement: SQLStatement, each parameters: [[SQLValue]], row: (any SQLRow) throws -> Void) throws {
        guard !parameters.isEmpty else { return }
        let handle = try statements.statement(for: statement, in: db).sqliteStatement
        for values in parameters {
            defer { sqlite3_reset(handle) }
            try bind(values, to: handle)
            while true {
                let code = sqlite3_step(handle)
                if code == SQLITE_DONE { break }
                guard code == SQLITE_ROW else { throw failure(code) }
                try row(SQLiteRow(handle: handle))
            }
        }
    }

    @discardableResult
    func execute(_ statement: SQLStatement, each parameters: [[SQLValue]]) throws -> Int {
        guard !parameters.isEmpty else { return 0 }
        let handle = try statements.statement(for: statement, in: db).sqliteStatement
        var changed = 0
        for values in parameters {
            defer { sqlite3_reset(handle) }
            try bind(values, to: handle)
            let code = sqlite3_step(handle)
            guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failure(code) }
            changed += Int(sqlite3_changes(db.sqliteConnection))
        }
        return changed
    }

    private func bind(_ values: [SQLValue], to handle: OpaquePointer) throws {
        // An index, not an iterator: this loop runs some seventy times a request.
        for index in 0..<values.count {
            let position = CInt(index + 1)
            let code: CInt
            switch values[index] {
            case .null: code = sqlite3_bind_null(handle, position)
            case .integer(let integer): code = sqlite3_bind_int64(handle, position, integer)
            case .text(var text):
                code = text.withUTF8 { bytes in
                    bytes.withMemoryRebound(to: CChar.self) {
                        sqlite3_bind_text(handle, position, $0.baseAddress, CInt($0.count), Self.transient)
                    }
                }
            case .blob(let bytes): code = sqlite3_bind_blob(handle, position, bytes, CInt(bytes.count), Self.transient)
            }
            guard code == SQLITE_OK else { throw failure(code) }
        }
    }

    private func failure(_ code: CInt) -> StoreFailure {
        SQLiteFailure.make(code: code, message: String(cString: sqlite3_errmsg(db.sqliteConnection)))
    }

    /// Tells SQLite to copy what is bound.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}

private struct SQLiteRow: SQLRow {
    let handle: OpaquePointer

    func integer(_ column: Int) -> Int64 { sqlite3_column_int64(handle, CInt(column)) }

    func text(_ column: Int) -> String {
        guard let bytes = sqlite3_column_text(handle, CInt(column)) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, CInt(column)))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    func blob(_ column: Int) -> [UInt8] {
        guard let bytes = sqlite3_column_blob(handle, CInt(column)) else { return [] }
        let count = Int(sqlite3_column_bytes(handle, CInt(column)))
        return Array(UnsafeRawBufferPointer(start: bytes, count: count))
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

    func query(_ statement: SQLStatement, each parameters: [[SQLValue]], row: (any SQLRow) throws -> Void) throws {
        try inTransaction().query(statement, each: parameters, row: row)
    }

    func execute(_ statement: SQLStatement, each parameters: [[SQLValue]]) throws -> Int {
        try inTransaction().execute(statement, each: parameters)
    }

    private func inTransaction() -> SQLiteSession {
        guard let current else { preconditionFailure("the writer's session is used outside of a transaction") }
        return current
    }
}
