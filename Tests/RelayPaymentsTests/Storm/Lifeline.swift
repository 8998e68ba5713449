import RelayStore
import Synchronization

/// What goes wrong with a transaction.
enum StormFault: Hashable, Sendable {
    /// It is another one that fails.
    case nothing
    case refused
    /// Fails as the statement with this number, counted from 0, is to be run.
    case atStatement(Int)
    case atCommit
    /// Committed, and nobody is told.
    case replyLost
    /// Not committed, and nobody is told.
    case commitLost
    /// The process ends before the commit, or after it.
    case diesBefore, diesAfter
}

/// The life of a node: it ends, or something else happens, between any two of its steps.
///
/// A step is a question to an endpoint, or a call of the books.
final class Lifeline: Sendable {
    /// Something else that happens before a step, drawn from a seed of its own.
    struct Interruption: Hashable {
        let step: Int
        let seed: UInt64
    }

    enum Passage {
        case goesOn
        case interrupted(seed: UInt64)
        case dead
    }

    private struct State {
        var steps = 0
        var deathAt: Int?
        var interruption: Interruption?
        var isDead = false
        var faults: [StormFault] = []
    }

    private let state = Mutex(State())
    private let onDeath: @Sendable () -> Void

    /// - Parameter onDeath: may be called more than once.
    init(onDeath: @escaping @Sendable () -> Void = {}) {
        self.onDeath = onDeath
    }

    var isDead: Bool { state.withLock { $0.isDead } }

    /// Steps are counted from here.
    func arm(deathAt: Int? = nil, interruption: Interruption? = nil, faults: [StormFault] = []) {
        state.withLock {
            $0 = State(deathAt: deathAt, interruption: interruption, isDead: $0.isDead, faults: faults)
        }
    }

    func disarm() { arm() }

    func die() {
        state.withLock { $0.isDead = true }
        onDeath()
    }

    func pass() -> Passage {
        let passage = state.withLock { state in
            state.steps += 1
            if state.isDead || state.steps == state.deathAt { return Passage.dead }
            if let interruption = state.interruption, interruption.step == state.steps {
                state.interruption = nil
                return .interrupted(seed: interruption.seed)
            }
            return .goesOn
        }
        if case .dead = passage { die() }
        return passage
    }

    func takeFault() -> StormFault? { state.withLock { $0.faults.isEmpty ? nil : $0.faults.removeFirst() } }
}

/// Who watches a node's steps.
protocol StormObserver: Sendable {
    /// Does something else in the midst of a node's step.
    func interrupt(_ seed: UInt64) async
    /// The node has tried to write what it found.
    func sawAdvance() async
    /// The node has tried to match deposits.
    func sawSettlement() async
}

extension Lifeline {
    /// Called before each step.
    /// - Throws: where the node is dead: nothing that it still does reaches anybody.
    func step(_ observer: any StormObserver) async throws(StoreFailure) {
        if case .interrupted(let seed) = pass() { await observer.interrupt(seed) }
        if isDead { throw StoreFailure(.unavailable, "the node is dead") }
    }
}
