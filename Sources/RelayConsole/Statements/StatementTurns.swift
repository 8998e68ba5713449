import RelayDomain
import Synchronization

/// How many statements are being added up at a time: each reads a month's receipts, and the database has few that read.
final class StatementTurns: Sendable {
    private let running = Mutex(0)

    /// - Throws: `overloaded` where others have all turns.
    func run<Value>(_ body: () async throws -> Value) async throws -> Value {
        let isTaken = running.withLock { running in
            guard running < ConsoleLimits.statementsAtOnce else { return false }
            running += 1
            return true
        }
        guard isTaken else {
            throw Refusal(.overloaded, "Many statements are being made at present. Try again in a moment.", retryAfterSeconds: 2)
        }
        defer { running.withLock { $0 -= 1 } }
        return try await body()
    }
}
