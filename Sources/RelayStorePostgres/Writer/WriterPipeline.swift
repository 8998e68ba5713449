import CLibPQ
import Glibc
import RelayStore

/// The writer's connection in libpq's pipeline mode: statements are sent as they come, and answers are taken together, so that a batch costs
/// few round trips. The transaction's BEGIN goes with its first statement, and its COMMIT alone, after everything was answered.
final class WriterPipeline {
    /// What went wrong in the transaction, for who decides whether it is begun anew.
    enum Trouble {
        /// Another transaction was in the way.
        case conflict
        /// A unique index objected: another transaction may have been first.
        case duplicate
        /// A row is locked for too long.
        case lockTimeout
        /// The connection was gone before the transaction was answered anything.
        case lostBefore
        case lost
        case other
    }

    /// The runs of one statement, of which each changes one row.
    private final class Tally {
        let otherwise: StoreFailure
        var missing: Int

        init(of count: Int, otherwise: StoreFailure) {
            missing = count
            self.otherwise = otherwise
        }
    }

    /// What was sent, and is to be answered in this order.
    private enum Sent {
        case change(Tally?, isLast: Bool)
        /// Its result is wanted.
        case kept
        case commit
        case sync
    }

    let connection: PostgresConnection
    private var handle: OpaquePointer { connection.handle }
    private let patience: Duration
    private var sent: [Sent] = []
    private var parameters = BinaryParameters()
    private var hasBegun = false
    private var hasAnswered = false
    private var isCommitting = false
    private var hasCommitted = false
    private(set) var isLost = false
    /// The first failure in the transaction: nothing after it counts.
    private(set) var failure: StoreFailure?
    private(set) var trouble: Trouble?

    /// - Parameter patience: how long one answer is waited for.
    init(_ connection: PostgresConnection, patience: Duration) throws {
        self.connection = connection
        self.patience = patience
        guard PQenterPipelineMode(connection.handle) == 1 else { throw PostgresError(nil, on: connection.handle).failure }
    }

    // MARK: Statements

    func query(
        _ statement: SQLStatement, count: Int, bind: (Int, inout SQLParameters) -> Void, row: (any SQLRow) throws -> Void
    ) throws {
        guard count > 0 else { return }
        let prepared = try begun(statement, count: count)
        if prepared.isSet {
            try parameters.fill(prepared, count: count, by: bind)
            send(prepared, .kept)
        } else {
            for run in 0..<count {
                try parameters.fill(prepared) { bind(run, &$0) }
                send(prepared, .kept)
            }
        }
        for result in try synchronize() {
            try result.checkColumns()
            try result.forEachRow(row)
        }
    }

    func execute(_ statement: SQLStatement, count: Int, otherwise: StoreFailure?, bind: (Int, inout SQLParameters) -> Void) throws {
        guard count > 0 else { return }
        let prepared = try begun(statement, count: count)
        let tally = otherwise.map { Tally(of: count, otherwise: $0) }
        if prepared.isSet {
            try parameters.fill(prepared, count: count, by: bind)
            send(prepared, .change(tally, isLast: true))
        } else {
            for run in 0..<count {
                try parameters.fill(prepared) { bind(run, &$0) }
                send(prepared, .change(tally, isLast: run == count - 1))
            }
        }
    }

    /// Begins the transaction where it has not begun, and finds what the server has prepared.
    private func begun(_ statement: SQLStatement, count: Int) throws -> PreparedStatement {
        if let failure { throw failure }
        if !hasBegun {
            hasBegun = true
            send("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", .change(nil, isLast: true))
        }
        return try prepared(statement, asSet: statement.form.map { count > 1 || $0.locksRows } ?? false)
    }

    private func prepared(_ statement: SQLStatement, asSet isSet: Bool) throws -> PreparedStatement {
        if let found = connection.statements[statement, asSet: isSet] { return found }
        let name = connection.statements.nextName()
        let made: PreparedStatement
        if isSet, let form = statement.form {
            let one = try prepared(statement, asSet: false)
            let sql = form.sql(over: one.types)
            note(PQsendPrepare(handle, name, sql, 0, nil), .change(nil, isLast: true))
            _ = try synchronize()
            made = PreparedStatement(name: name, sql: sql, types: one.types, isSet: true)
        } else {
            let sql = statement.postgres ?? statement.sql
            note(PQsendPrepare(handle, name, sql, 0, nil), .change(nil, isLast: true))
            note(PQsendDescribePrepared(handle, name), .kept)
            let types = try synchronize()[0].parameterTypes(of: sql)
            made = PreparedStatement(name: name, sql: sql, types: types, isSet: false)
        }
        connection.statements[statement, asSet: isSet] = made
        return made
    }

    // MARK: The end of the transaction

    /// - Throws: ``StoreFailure``; only after ``StoreFailure/Kind/undecided`` it may have been committed.
    func commit() throws {
        if let failure { throw failure }
        guard hasBegun else { return }
        if !sent.isEmpty { _ = try synchronize() }
        isCommitting = true
        send("COMMIT", .commit)
        _ = try synchronize()
        reset()
    }

    /// Ends a transaction that was not committed, and forgets what went wrong in it.
    func rollBack() {
        if hasBegun, !isLost {
            send("ROLLBACK", .change(nil, isLast: true))
            _ = try? synchronize()
        }
        reset()
    }

    private func reset() {
        hasBegun = false
        hasAnswered = false
        isCommitting = false
        hasCommitted = false
        failure = nil
        trouble = nil
    }

    /// Runs a statement outside of transactions.
    /// - Returns: how many rows it gave.
    func ask(_ sql: String) throws -> Int {
        defer { reset() }
        send(sql, .kept)
        return try synchronize()[0].rowCount
    }

    // MARK: Sending and taking

    private func send(_ sql: String, _ what: Sent) {
        note(PQsendQueryParams(handle, sql, 0, nil, nil, nil, nil, 1), what)
    }

    private func send(_ statement: PreparedStatement, _ what: Sent) {
        let code = parameters.withPointers { count, values, lengths, formats in
            PQsendQueryPrepared(handle, statement.name, count, values, lengths, formats, 1)
        }
        note(code, what)
    }

    private func note(_ code: CInt, _ what: Sent) {
        if code == 1 { sent.append(what) } else { lose(PostgresError.message(of: handle)) }
    }

    /// Takes all answers to what was sent.
    /// - Returns: the results that are wanted.
    private func synchronize() throws -> [PostgresResult] {
        note(PQpipelineSync(handle), .sync)
        let waiting = sent
        sent.removeAll(keepingCapacity: true)
        var kept: [PostgresResult] = []
        for what in waiting where !isLost {
            if case .sync = what {
                takeSync()
            } else {
                while !isLost, let result = nextResult() {
                    if take(result, of: what), case .kept = what { kept.append(result) }
                }
            }
        }
        if let failure { throw failure }
        return kept
    }

    private func takeSync() {
        while !isLost {
            guard let result = nextResult() else { return lose("an answer is missing") }
            if result.status == PGRES_PIPELINE_SYNC { return }
            take(result, of: .sync)
        }
    }

    private func nextResult() -> PostgresResult? {
        let deadline = ContinuousClock.now.advanced(by: patience)
        while PQisBusy(handle) != 0 {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else {
                lose("no answer came in \(patience)")
                return nil
            }
            var descriptor = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
            poll(&descriptor, 1, CInt(left / .milliseconds(1)) + 1)
            // Where it fails, the next result says why.
            if PQconsumeInput(handle) == 0 { break }
        }
        return PQgetResult(handle).map(PostgresResult.init)
    }

    /// - Returns: whether it is a success.
    @discardableResult
    private func take(_ result: PostgresResult, of what: Sent) -> Bool {
        switch result.status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
            hasAnswered = true
            switch what {
            case .change(let tally?, let isLast):
                tally.missing -= result.changedCount
                if isLast, tally.missing != 0 { fail(tally.otherwise, .other) }
            case .commit:
                // A transaction that has failed is answered with ROLLBACK, and that is no error.
                hasCommitted = result.tag == "COMMIT"
                if !hasCommitted { fail(StoreFailure(.unavailable, "the transaction was rolled back"), .other) }
            case .change, .kept, .sync: break
            }
            return true
        case PGRES_PIPELINE_ABORTED: return false
        default:
            let error = PostgresError(result.handle, on: handle)
            if error.isFatal || connection.isLost {
                lose(error.message)
            } else {
                hasAnswered = true
                fail(error.failure, Self.trouble(error.sqlState))
            }
            return false
        }
    }

    private static func trouble(_ sqlState: String?) -> Trouble {
        switch sqlState {
        case "40001", "40P01": .conflict
        case "23505": .duplicate
        case "55P03": .lockTimeout
        default: .other
        }
    }

    private func fail(_ failure: StoreFailure, _ trouble: Trouble) {
        guard self.failure == nil else { return }
        self.failure = failure
        self.trouble = trouble
    }

    /// The connection is of no use any more. Once the COMMIT was sent, only its answer tells what has become of it.
    private func lose(_ message: String) {
        isLost = true
        if hasCommitted { return }
        if isCommitting {
            fail(StoreFailure(.undecided, "the connection was lost during a commit: \(message)"), .lost)
        } else {
            fail(StoreFailure(.unavailable, "the connection was lost: \(message)"), hasAnswered ? .lost : .lostBefore)
        }
    }
}
