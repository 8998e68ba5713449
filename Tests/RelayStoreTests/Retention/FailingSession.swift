import RelayStore
import Synchronization

/// Lets some of the writer's transactions fail: before they begin, or with their commit's success unheard of.
final class Sabotage: Sendable {
    enum Moment: CaseIterable, Sendable {
        case before
        case after
    }

    private struct State {
        var transactions = 0
        var target: (number: Int, moment: Moment)?
        var hasStruck = false
    }

    private let state = Mutex(State())

    /// Counts from now on.
    func arm(transaction number: Int, _ moment: Moment) {
        state.withLock { $0 = State(target: (number, moment)) }
    }

    func disarm() { state.withLock { $0.target = nil } }

    var hasStruck: Bool { state.withLock { $0.hasStruck } }

    func begin() -> Moment? {
        state.withLock { state in
            state.transactions += 1
            guard let target = state.target, target.number == state.transactions else { return nil }
            state.hasStruck = true
            return target.moment
        }
    }
}

/// The writer's session of a process that dies at some transaction, as far as its books can tell: the error ends the run that needed it.
final class SabotagedSession: SQLSession {
    private struct Death: Error {}

    private let base: any SQLSession
    private let sabotage: Sabotage

    init(_ base: any SQLSession, _ sabotage: Sabotage) {
        self.base = base
        self.sabotage = sabotage
    }

    var epoch: Int64 { base.epoch }

    func transaction<T>(_ body: () throws -> T) throws -> T {
        let moment = sabotage.begin()
        if moment == .before { throw Death() }
        let value = try base.transaction(body)
        if moment == .after { throw Death() }
        return value
    }

    func query(
        _ statement: SQLStatement, count: Int, bind: (Int, inout SQLParameters) -> Void, row: (any SQLRow) throws -> Void
    ) throws {
        try base.query(statement, count: count, bind: bind, row: row)
    }

    func execute(_ statement: SQLStatement, count: Int, otherwise: StoreFailure?, bind: (Int, inout SQLParameters) -> Void) throws {
        try base.execute(statement, count: count, otherwise: otherwise, bind: bind)
    }
}
