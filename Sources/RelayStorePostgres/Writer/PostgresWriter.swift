import Foundation
import Logging
import RelayDomain
import RelayStore

/// The session that writes, on one connection that is made anew when it was lost.
///
/// A transaction that was lost before its COMMIT was sent has certainly written nothing, and fails as `unavailable`; afterwards it is
/// `undecided`. What another transaction was in the way of runs again.
final class PostgresWriter: SQLSession, @unchecked Sendable {
    private static let conflictLimit = 8
    /// Two nodes that start in the same millisecond both ask for the same epoch; a third makes it two tries.
    private static let duplicateLimit = 3
    private static let firstBackOff = Duration.milliseconds(100)
    private static let lastBackOff = Duration.seconds(2)

    /// Held by the thread that uses what is below: the writer's, and at the end the one that closes.
    private let lock = NSLock()
    private let address: PostgresAddress
    private let lease: LeaseTimes
    private let patience: Duration
    private let logger: Logger
    private var pipeline: WriterPipeline?
    private var ownLock: WriterLock?
    private var isInTransaction = false
    private var isClosed = false
    private var backOff = PostgresWriter.firstBackOff
    private var nextAttempt = ContinuousClock.now

    /// - Parameters:
    ///   - lease: decides how long locks are waited for, and how long statements and transactions may take.
    ///   - patience: how long the server may take to answer a statement; nil for longer than its own limit for one.
    /// - Throws: ``StoreFailure`` when the database cannot be reached.
    init(_ address: PostgresAddress, lease: LeaseTimes = LeaseTimes(), patience: Duration? = nil, logger: Logger) throws {
        self.address = address
        self.lease = lease
        self.patience = patience ?? .milliseconds(lease.answerMilliseconds)
        self.logger = logger
        _ = try connected()
    }

    /// How often the present transaction was begun anew, and why.
    private struct Tries {
        let began = ContinuousClock.now
        var conflicts = 0
        var duplicates = 0
        var hasReconnected = false
        var hasEndedStalled = false
    }

    func transaction<T>(_ body: () throws -> T) throws -> T {
        lock.lock()
        defer { lock.unlock() }
        precondition(!isInTransaction, "transactions do not nest")
        var tries = Tries()
        while true {
            let pipeline = try connected()
            do {
                isInTransaction = true
                defer { isInTransaction = false }
                let value = try body()
                try pipeline.commit()
                return value
            } catch {
                let (trouble, failure) = (pipeline.trouble, pipeline.failure)
                pipeline.rollBack()
                guard let trouble, let failure else { throw error }
                try goOn(after: trouble, failure, &tries)
            }
        }
    }

    /// Returns where the transaction is to be begun anew.
    private func goOn(after trouble: WriterPipeline.Trouble, _ failure: StoreFailure, _ tries: inout Tries) throws {
        // The lease runs while this waits: what has taken long enough fails, and the writer's next transaction prolongs it.
        guard tries.began.duration(to: .now) < .milliseconds(lease.transactionMilliseconds) else { throw failure }
        switch trouble {
        case .conflict where tries.conflicts < Self.conflictLimit:
            tries.conflicts += 1
            // Whoever was in the way is likely to come again at once.
            usleep(.random(in: 0...(1_000 << UInt32(tries.conflicts))))
        case .duplicate where tries.duplicates < Self.duplicateLimit: tries.duplicates += 1
        case .lostBefore where !tries.hasReconnected: tries.hasReconnected = true
        case .lockTimeout where !tries.hasEndedStalled:
            tries.hasEndedStalled = true
            guard let count = try? pipeline?.ask(WriterLock.endStalled(after: lease.idleMilliseconds)), count > 0 else { throw failure }
            logger.warning("writers that stood still were ended: they held rows that this one waits for", metadata: ["count": "\(count)"])
        default: throw failure
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

    private func inTransaction() -> WriterPipeline {
        guard isInTransaction, let pipeline else { preconditionFailure("the writer's session is used outside of a transaction") }
        return pipeline
    }

    func close() {
        lock.withLock {
            isClosed = true
            pipeline = nil
        }
    }

    /// The connection, made anew where it was lost. Between two failing attempts lies a pause, in which this fails at once.
    private func connected() throws -> WriterPipeline {
        if let pipeline, !pipeline.isLost, !pipeline.connection.isLost { return pipeline }
        let isFirst = ownLock == nil
        pipeline = nil
        guard !isClosed else { throw StoreFailure(.unavailable, "the database was closed") }
        guard ContinuousClock.now >= nextAttempt else { throw StoreFailure(.unavailable, "the database could not be reached a moment ago") }
        do {
            let made = try connect()
            pipeline = made
            backOff = Self.firstBackOff
            if !isFirst { logger.notice("connected to the database again") }
            return made
        } catch {
            nextAttempt = .now.advanced(by: backOff)
            backOff = min(backOff * 2, Self.lastBackOff)
            throw error
        }
    }

    private func connect() throws -> WriterPipeline {
        let connection = try PostgresConnection(address)
        if let ownLock { try ownLock.take(on: connection) } else { ownLock = try .new(on: connection) }
        try connection.run(WriterSettings.sql(version: connection.version, lease))
        return try WriterPipeline(connection, patience: patience)
    }
}
