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

/// One connection to the database, used by one thread at a time.
///
/// A statement is run many times in one call, so that a database whose round trips are dear can send the runs together, or as one
/// statement over a set of rows.
public protocol SQLSession {
    /// Runs `body` in one write transaction that is durable when this returns; rolls back when it throws. Where the database asks for it
    /// (another transaction was in the way), the transaction is begun anew and `body` runs again: nothing that it did before counts.
    /// - Throws: ``StoreFailure``. After ``StoreFailure/Kind/undecided`` nobody knows yet whether the transaction was committed.
    func transaction<T>(_ body: () throws -> T) throws -> T

    /// Runs the statement `count` times and hands over every row that it returns, in no particular order of the runs.
    /// - Parameter bind: writes the parameters of the run with this number, from 0 on, into an empty list.
    func query(
        _ statement: SQLStatement, count: Int, bind: (Int, inout SQLParameters) -> Void, row: (any SQLRow) throws -> Void) throws

    /// Runs the statement `count` times. Inside a transaction the database may be asked later, at the next ``query(_:count:bind:row:)``
    /// or before the commit, and failures come then.
    /// - Parameter otherwise: thrown where the runs have not changed just `count` rows in all; nil where that is of no interest.
    func execute(_ statement: SQLStatement, count: Int, otherwise: StoreFailure?, bind: (Int, inout SQLParameters) -> Void) throws

    /// The lease under which this session's transactions open holds; 0 where it has none. Known from the beginning of a transaction on.
    var epoch: Int64 { get }
}

extension SQLSession {
    public var epoch: Int64 { 0 }

    public func execute(_ statement: SQLStatement, count: Int, bind: (Int, inout SQLParameters) -> Void) throws {
        try execute(statement, count: count, otherwise: nil, bind: bind)
    }

    /// Runs a statement once.
    public func execute(
        _ statement: SQLStatement, otherwise: StoreFailure? = nil, bind: (inout SQLParameters) -> Void = { _ in }
    ) throws {
        try execute(statement, count: 1, otherwise: otherwise) { bind(&$1) }
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

/// A database that holds the books: one session that writes, and readers apart from it.
public protocol LedgerStore: ReadSource {
    var dialect: SQLDialect { get }
    /// Whether other processes may write the same books at the same time.
    var isShared: Bool { get }
    /// The session that writes. One thread uses it, and there is no other in this process.
    func writerSession() -> sending any SQLSession
    /// Closes every connection.
    func close() throws
}

/// Gives out read-only sessions, apart from the one that writes.
public protocol ReadSource: Sendable {
    /// Runs `body` on a consistent snapshot of the database.
    func read<T: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> T) async throws -> T
}
