import Synchronization

@testable import RelayStore

/// Tells which statements were run.
final class RecordingSession: SQLSession {
    struct Run {
        let statement: SQLStatement
        /// How many times it was run at once.
        let count: Int
    }

    private let base: any SQLSession
    private(set) var runs: [Run] = []

    init(_ base: any SQLSession) {
        self.base = base
    }

    var epoch: Int64 { base.epoch }

    func transaction<T>(_ body: () throws -> T) throws -> T { try base.transaction(body) }

    func query(
        _ statement: SQLStatement, count: Int, bind: (Int, inout SQLParameters) -> Void, row: (any SQLRow) throws -> Void
    ) throws {
        runs.append(Run(statement: statement, count: count))
        try base.query(statement, count: count, bind: bind, row: row)
    }

    func execute(
        _ statement: SQLStatement, count: Int, otherwise: StoreFailure?, bind: (Int, inout SQLParameters) -> Void
    ) throws {
        runs.append(Run(statement: statement, count: count))
        try base.execute(statement, count: count, otherwise: otherwise, bind: bind)
    }
}

/// Reads, and tells how SQLite finds what is read.
final class RecordingSource: ReadSource {
    private let base: any ReadSource
    private let explained = Mutex<[String]>([])

    /// Of each statement, in order.
    var plans: [String] { explained.withLock { $0 } }

    init(_ base: any ReadSource) {
        self.base = base
    }

    func read<T: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> T) async throws -> T {
        try await base.read { session in
            try body(ExplainingSession(session) { plan in self.explained.withLock { $0.append(plan) } })
        }
    }
}

private final class ExplainingSession: SQLSession {
    private let base: any SQLSession
    private let explained: (String) -> Void

    init(_ base: any SQLSession, _ explained: @escaping (String) -> Void) {
        self.base = base
        self.explained = explained
    }

    func transaction<T>(_ body: () throws -> T) throws -> T { try base.transaction(body) }

    func query(
        _ statement: SQLStatement, count: Int, bind: (Int, inout SQLParameters) -> Void, row: (any SQLRow) throws -> Void
    ) throws {
        let plan = SQLStatement("EXPLAIN QUERY PLAN " + statement.sql)
        explained(try base.rows(plan, bind: { bind(0, &$0) }, { $0.text(3) }).joined(separator: "; "))
        try base.query(statement, count: count, bind: bind, row: row)
    }

    func execute(
        _ statement: SQLStatement, count: Int, otherwise: StoreFailure?, bind: (Int, inout SQLParameters) -> Void
    ) throws { try base.execute(statement, count: count, otherwise: otherwise, bind: bind) }
}
