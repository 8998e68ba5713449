/// A value on its way into a statement.
public enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])

    public init(_ integer: Int64?) { self = integer.map(SQLValue.integer) ?? .null }
    public init(_ text: String?) { self = text.map(SQLValue.text) ?? .null }
}

/// A row on its way out. Valid only within the call that hands it over.
public protocol SQLRow {
    /// Zero where the column is null.
    func integer(_ column: Int) -> Int64
    /// Empty where the column is null.
    func text(_ column: Int) -> String
    func blob(_ column: Int) -> [UInt8]
    func isNull(_ column: Int) -> Bool
}

extension SQLRow {
    public func optionalInteger(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }
    public func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
}

/// A statement that is prepared once a session and found by its identity. Parameters are written `$1`, `$2` …;
/// a session whose database writes them differently translates when it prepares.
public final class SQLStatement: Sendable {
    public let sql: String

    public init(_ sql: String) {
        self.sql = sql
    }
}

/// One connection to the database, used by one thread at a time.
///
/// Statements take lists of parameter rows, so that a database whose round trips are dear can send them together.
public protocol SQLSession {
    /// Runs `body` in one write transaction that is durable when this returns; rolls back when it throws.
    /// - Throws: ``StoreFailure``.
    func transaction<T>(_ body: () throws -> T) throws -> T

    /// Runs the statement once for each row of parameters and hands over every row that it returns.
    func query(_ statement: SQLStatement, each parameters: [[SQLValue]], row: (any SQLRow) throws -> Void) throws

    /// Runs the statement once for each row of parameters.
    /// - Returns: how many rows were changed in all.
    @discardableResult
    func execute(_ statement: SQLStatement, each parameters: [[SQLValue]]) throws -> Int
}

extension SQLSession {
    /// Runs a statement once.
    public func query(_ statement: SQLStatement, _ parameters: [SQLValue] = [], row: (any SQLRow) throws -> Void) throws {
        try query(statement, each: [parameters], row: row)
    }

    /// The rows of one run, each made into a value.
    public func rows<T>(_ statement: SQLStatement, _ parameters: [SQLValue] = [], _ make: (any SQLRow) throws -> T) throws -> [T] {
        var values: [T] = []
        try query(statement, parameters) { values.append(try make($0)) }
        return values
    }
}

/// Why the database did not do what was asked.
public struct StoreFailure: Error, CustomStringConvertible {
    public enum Kind: Sendable {
        /// A CHECK, a unique index or an append-only trigger objected: the same batch will never succeed.
        case constraint
        /// The database cannot be written or read now: a full disk, an I/O error, a lost connection.
        case unavailable
        /// What is stored makes no sense.
        case corrupt
    }

    public let kind: Kind
    public let message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    public var description: String { "\(kind): \(message)" }
}

/// Gives out read-only sessions, apart from the one that writes.
public protocol ReadSource: Sendable {
    /// Runs `body` on a consistent snapshot of the database.
    func read<T: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> T) async throws -> T
}
