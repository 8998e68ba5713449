import RelayStore
import Synchronization

/// Loses the outcome of commits: of transactions that were committed, and of others that were not.
final class ForgetfulSession: SQLSession {
    /// The outcomes that the next transactions have; nothing is lost where there is none left.
    final class Losses: Sendable {
        enum Loss { case committed, rolledBack }
        private let next = Mutex<[Loss]>([])

        func add(_ loss: Loss) { next.withLock { $0.append(loss) } }
        func take() -> Loss? { next.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
    }

    private let base: any SQLSession
    private let losses: Losses

    init(_ base: any SQLSession, _ losses: Losses) {
        self.base = base
        self.losses = losses
    }

    func transaction<T>(_ body: () throws -> T) throws -> T {
        let loss = losses.take()
        let lost = StoreFailure(.undecided, "the connection was lost")
        let result = try base.transaction {
            let result = try body()
            if loss == .rolledBack { throw lost }
            return result
        }
        if loss == .committed { throw lost }
        return result
    }

    func query(
        _ statement: SQLStatement, count: Int, bind: (Int, inout SQLParameters) -> Void, row: (any SQLRow) throws -> Void
    ) throws { try base.query(statement, count: count, bind: bind, row: row) }

    func execute(
        _ statement: SQLStatement, count: Int, otherwise: StoreFailure?, bind: (Int, inout SQLParameters) -> Void
    ) throws { try base.execute(statement, count: count, otherwise: otherwise, bind: bind) }
}
