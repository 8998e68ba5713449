import Glibc
import RelayStore

/// The advisory lock that a store's one writing session holds: so that a connection which was lost has ended before the next one is used.
/// Else what it had sent last, a COMMIT perhaps, could land after that was asked for.
struct WriterLock: Sendable {
    /// The upper half of the number: marks the writers of relays among all that have such locks.
    private static let mark: Int64 = 0x6E78_7279
    private static let patience: Duration = .seconds(2)

    private let number: UInt32

    private init(_ number: UInt32) { self.number = number }

    /// Takes a lock that nobody has.
    static func new(on connection: PostgresConnection) throws -> WriterLock {
        while true {
            let lock = WriterLock(.random(in: .min ... .max))
            if try lock.isTaken(on: connection) { return lock }
        }
    }

    /// Takes the lock on a new connection, and ends the session that has it.
    /// - Throws: ``StoreFailure`` where that one goes on for more than two seconds.
    func take(on connection: PostgresConnection) throws {
        let deadline = ContinuousClock.now.advanced(by: Self.patience)
        while try !isTaken(on: connection) {
            guard ContinuousClock.now < deadline else {
                throw StoreFailure(.unavailable, "the session of the connection that was lost has not ended")
            }
            try connection.run(
                """
                SELECT pg_terminate_backend(pid) FROM pg_locks WHERE \(Self.isWriters) AND objid = \(number) AND granted
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid()
                """)
            usleep(20_000)
        }
    }

    private func isTaken(on connection: PostgresConnection) throws -> Bool {
        try connection.run("SELECT pg_try_advisory_lock(\(Self.mark << 32 | Int64(number)))") == ["t"]
    }

    private static let isWriters = "locktype = 'advisory' AND classid = \(mark) AND objsubid = 1"

    /// Ends the writers of other relays that have stood still for too long in the middle of sending statements: their process is stopped,
    /// or their network is. The server's own limit for idle transactions does not see those, as it waits for the rest of a message.
    static func endStalled(after milliseconds: Int64) -> String {
        """
        SELECT pg_terminate_backend(activity.pid) FROM pg_stat_activity AS activity JOIN pg_locks AS locks ON locks.pid = activity.pid
        WHERE \(isWriters) AND activity.datname = current_database() AND activity.pid <> pg_backend_pid()
          AND activity.xact_start IS NOT NULL AND activity.wait_event = 'ClientRead'
          AND activity.state_change < clock_timestamp() - interval '\(milliseconds) milliseconds'
        """
    }
}
