import RelayStore
import Synchronization

/// Lets one of the writer's transactions fail: before it begins, or with its commit's success unheard of. As far as the books can tell, the
/// process dies at it: the error ends the run that needed it.
final class Sabotage: Sendable {
    enum Moment: CaseIterable, Sendable {
        case before
        case after
    }

    private struct Death: Error {}

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

    func session(_ base: any SQLSession) -> any SQLSession { FaultySession(base) { [self] in begin() } }

    private func begin() -> FaultySession.Fault? {
        state.withLock { state in
            state.transactions += 1
            guard let target = state.target, target.number == state.transactions else { return nil }
            state.hasStruck = true
            return target.moment == .before ? .refused(Death()) : .unheard(Death())
        }
    }
}
