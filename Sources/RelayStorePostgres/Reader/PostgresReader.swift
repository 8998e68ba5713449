import CLibPQ
import Dispatch
import RelayStore
import Synchronization

/// A connection that reads, on a queue of its own. It is made when it is first needed, and anew when it was lost.
final class PostgresReader: @unchecked Sendable {
    /// How many wait for it.
    let pending = Atomic<Int>(0)

    private let queue: DispatchQueue
    private let address: PostgresAddress
    /// Touched on the queue alone.
    private var connection: PostgresConnection?
    private var isClosed = false
    private var nextAttempt = ContinuousClock.now

    init(_ address: PostgresAddress, label: String) {
        self.address = address
        queue = DispatchQueue(label: label)
    }

    /// Runs `body` on a snapshot of its own.
    func read<T: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try self.run(body) }) }
        }
    }

    func close() {
        queue.sync {
            isClosed = true
            connection = nil
        }
    }

    private func run<T>(_ body: (any SQLSession) throws -> T) throws -> T {
        let connection = try begun()
        do {
            let value = try body(PostgresReaderSession(connection))
            try connection.run("COMMIT")
            return value
        } catch {
            if connection.isLost || (try? connection.run("ROLLBACK")) == nil { self.connection = nil }
            throw error
        }
    }

    /// A connection in a transaction. One that has died since it was used last is noticed here, before anything was read.
    private func begun() throws -> PostgresConnection {
        guard !isClosed else { throw StoreFailure(.unavailable, "the database was closed") }
        if let connection, !connection.isLost, (try? connection.run(Self.begin)) != nil { return connection }
        connection = nil
        guard ContinuousClock.now >= nextAttempt else { throw StoreFailure(.unavailable, "the database could not be reached a moment ago") }
        let made: PostgresConnection
        do { made = try PostgresConnection(address) } catch {
            nextAttempt = .now.advanced(by: Self.pause)
            throw error
        }
        try made.run(Self.settings)
        try made.run(Self.begin)
        connection = made
        return made
    }

    /// After an attempt that failed: those who wait do not each wait for another one.
    private static let pause = Duration.milliseconds(500)
    private static let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    /// A snapshot that is kept open keeps the server from clearing up; reading itself may take as long as the books are large.
    private static let settings = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = '60s'"
}

/// Reads within one transaction. Rows come one by one as the server finds them: millions of them take the memory of one.
private final class PostgresReaderSession: SQLSession {
    private let connection: PostgresConnection
    private var handle: OpaquePointer { connection.handle }
    private var parameters = BinaryParameters()
    private var isReading = false

    init(_ connection: PostgresConnection) { self.connection = connection }

    func transaction<T>(_ body: () throws -> T) throws -> T { throw Self.refusal }

    func execute(_ statement: SQLStatement, count: Int, otherwise: StoreFailure?, bind: (Int, inout SQLParameters) -> Void) throws {
        throw Self.refusal
    }

    private static let refusal = StoreFailure(.unavailable, "a reader does not write")

    func query(
        _ statement: SQLStatement, count: Int, bind: (Int, inout SQLParameters) -> Void, row: (any SQLRow) throws -> Void
    ) throws {
        precondition(!isReading, "a query within the rows of another one")
        let prepared = try prepared(statement)
        isReading = true
        defer { isReading = false }
        for run in 0..<count {
            try parameters.fill(prepared) { bind(run, &$0) }
            let code = parameters.withPointers { count, values, lengths, formats in
                PQsendQueryPrepared(handle, prepared.name, count, values, lengths, formats, 1)
            }
            guard code == 1, PQsetSingleRowMode(handle) == 1 else { throw PostgresError(nil, on: handle).failure }
            do { try takeRows(row) } catch {
                abandon()
                throw error
            }
        }
    }

    private func takeRows(_ row: (any SQLRow) throws -> Void) throws {
        var isChecked = false
        while let pointer = PQgetResult(handle) {
            let result = try connection.checked(pointer)
            if !isChecked { try result.checkColumns() }
            isChecked = true
            try result.forEachRow(row)
        }
    }

    /// Ends a query whose rows are not wanted any more, without waiting for all of them.
    private func abandon() {
        if let cancel = PQgetCancel(handle) {
            var message = [CChar](repeating: 0, count: 256)
            _ = PQcancel(cancel, &message, CInt(message.count))
            PQfreeCancel(cancel)
        }
        while !connection.isLost, let result = PQgetResult(handle) { PQclear(result) }
    }

    private func prepared(_ statement: SQLStatement) throws -> PreparedStatement {
        if let found = connection.statements[statement, asSet: false] { return found }
        let name = connection.statements.nextName()
        let sql = statement.postgres ?? statement.sql
        _ = try connection.checked(PQprepare(handle, name, sql, 0, nil))
        let types = try connection.checked(PQdescribePrepared(handle, name)).parameterTypes(of: sql)
        let made = PreparedStatement(name: name, sql: sql, types: types, isSet: false)
        connection.statements[statement, asSet: false] = made
        return made
    }
}
