/// A row on its way out. Valid only within the call that hands it over.
public protocol SQLRow {
    /// Zero where the column is null.
    func integer(_ column: Int) -> Int64
    /// The bytes of a text or a blob, in the database's own memory; empty where the column is null.
    func bytes(_ column: Int) -> UnsafeBufferPointer<UInt8>
    func isNull(_ column: Int) -> Bool
}

extension SQLRow {
    /// Empty where the column is null.
    public func text(_ column: Int) -> String { String(decoding: bytes(column), as: UTF8.self) }
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
/// A statement is run many times in one call, so that a database whose round trips are dear can send the runs together.
public protocol SQLSession {
    /// Runs `body` in one write transaction that is durable when this returns; rolls back when it throws.
    /// - Throws: ``StoreFailure``.
    func transaction<T>(_ body: () throws -> T) throws -> T

    /// Runs the statement `count` times and hands over every row that it returns.
    /// - Parameter bind: writes the parameters of the run with this number, from 0 on, into an empty list.
    func query(
        _ statement: SQLStatement, count: Int, bind: (Int, inout SQLParameters) -> Void, row: (any SQLRow) throws -> Void) throws

    /// Runs the statement `count` times.
    /// - Returns: how many rows were changed in all.
    @discardableResult
    func execute(_ statement: SQLStatement, count: Int, bind: (Int, inout SQLParameters) -> Void) throws -> Int
}

extension SQLSession {
    /// Runs a statement without parameters once.
    public func execute(_ statement: SQLStatement) throws {
        try execute(statement, count: 1) { _, _ in }
    }

    /// The rows of one run, each made into a value.
    public func rows<T>(
        _ statement: SQLStatement, bind: (inout SQLParameters) -> Void = { _ in }, _ make: (any SQLRow) throws -> T
    ) throws -> [T] {
        var values: [T] = []
        try query(statement, count: 1, bind: { bind(&$1) }, row: { values.append(try make($0)) })
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
