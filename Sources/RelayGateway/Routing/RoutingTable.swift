import NIOCore
import RelayDomain
import Synchronization

/// Which upstreams serve a model, in which order, and which of them may be called: shared by all event loops.
///
/// One short lock a call. While every circuit is closed, an admission does not even take that.
final class RoutingTable: Sendable {
    /// An upstream that serves a model.
    private struct Candidate {
        let upstream: Int
        let priority: Int
        let weight: Int
        /// Its place in ``State/circuits``.
        let circuit: Int
    }

    private struct State {
        var circuits: [Circuit]
        var budget: RetryBudget
        var random = SystemRandomNumberGenerator()
    }

    /// The right to call an upstream once.
    struct Choice {
        /// Its place among the targets.
        let upstream: Int
        fileprivate let circuit: Int
        fileprivate var permit: Circuit.Permit
    }

    enum ChoiceResult {
        case upstream(Choice)
        /// Every upstream of the model was called, or may not be called now.
        case none
        /// There are some, but no further attempts at present.
        case budgetSpent
    }

    private let names: [(upstream: String, model: String)]
    /// The lowest priority first.
    private let candidates: [String: [Candidate]]
    private let state: Mutex<State>
    /// Circuits that are not closed.
    private let openCount = Atomic<Int>(0)

    init(_ targets: [UpstreamTarget], settings: RoutingSettings) {
        var names: [(String, String)] = []
        var candidates: [String: [Candidate]] = [:]
        for (index, target) in targets.enumerated() {
            for model in target.models.keys.sorted() {
                candidates[model, default: []].append(
                    Candidate(upstream: index, priority: target.priority, weight: target.weight, circuit: names.count))
                names.append((target.name, model))
            }
        }
        self.names = names
        self.candidates = candidates.mapValues { $0.sorted { $0.priority < $1.priority } }
        let circuits = [Circuit](repeating: Circuit(settings.circuit), count: names.count)
        state = Mutex(State(circuits: circuits, budget: RetryBudget(settings.budget)))
    }

    /// Chooses an upstream for a model: of the lowest priority that has one to call, by weight.
    /// - Parameters:
    ///   - tried: those that this request has called for the model.
    ///   - attempt: how the retry budget sees it.
    func choose(for model: String, excluding tried: [Int], attempt: AttemptCost) -> ChoiceResult {
        guard let all = candidates[model] else { return .none }
        let now = Self.now()
        return state.withLock { state in
            var group: [Candidate] = []
            for candidate in all where !tried.contains(candidate.upstream) && state.circuits[candidate.circuit].wait(at: now) == 0 {
                if let first = group.first, candidate.priority > first.priority { break }
                group.append(candidate)
            }
            let ticket = group.count > 1 ? state.random.next() : 0
            guard let index = WeightedChoice.index(of: group.lazy.map(\.weight), ticket: ticket) else { return .none }
            switch attempt {
            case .first: state.budget.requestBegan()
            case .further: guard state.budget.takeAttempt() else { return .budgetSpent }
            case .free: break
            }
            let candidate = group[index]
            guard let permit = state.circuits[candidate.circuit].permit(at: now) else { return .none }
            return .upstream(Choice(upstream: candidate.upstream, circuit: candidate.circuit, permit: permit))
        }
    }

    /// The answer of the call has begun.
    func answerBegan(_ choice: inout Choice) {
        guard choice.permit.isProbe else { return }
        let permit = choice.permit
        choice.permit = change(choice.circuit) { $0.answerBegan(permit) }
    }

    /// The call is over.
    func record(_ result: Circuit.Result, of choice: Choice) {
        let now = Self.now()
        change(choice.circuit) { $0.record(result, of: choice.permit, at: now) }
    }

    @discardableResult
    private func change<T: Sendable>(_ index: Int, _ body: (inout Circuit) -> T) -> T {
        state.withLock { state in
            let wasClosed = state.circuits[index].isClosed
            let result = body(&state.circuits[index])
            let isClosed = state.circuits[index].isClosed
            if wasClosed != isClosed { openCount.add(isClosed ? -1 : 1, ordering: .relaxed) }
            return result
        }
    }

    /// Models that no upstream can be called for now, and the milliseconds until one can.
    var unavailable: [String: Int64] {
        guard openCount.load(ordering: .relaxed) > 0 else { return [:] }
        let now = Self.now()
        return state.withLock { state in
            candidates.compactMapValues { candidates in
                let wait = Self.wait(for: candidates, state, now)
                return wait > 0 ? wait : nil
            }
        }
    }

    /// Whole seconds after which an upstream of the model can be called, at least 1.
    func retryAfterSeconds(for model: String) -> Int {
        guard let all = candidates[model] else { return 1 }
        let now = Self.now()
        let wait = state.withLock { Self.wait(for: all, $0, now) }
        return max(1, Int((wait + 999) / 1_000))
    }

    /// Milliseconds until one of the candidates can be called.
    private static func wait(for candidates: [Candidate], _ state: State, _ now: Int64) -> Int64 {
        candidates.reduce(Int64.max) { min($0, state.circuits[$1.circuit].wait(at: now)) }
    }

    /// Every circuit, for who watches.
    var health: [UpstreamHealth] {
        let circuits = state.withLock { $0.circuits }
        let now = Self.now()
        return zip(names, circuits).map { name, circuit in
            let state: Circuit.State =
                switch circuit.state {
                case .closed: .closed
                case .open(let until, let cause): .open(until: max(0, until - now), cause)
                case .halfOpen(let since, let cause): .halfOpen(since: since - now, cause)
                }
            return UpstreamHealth(upstream: name.upstream, model: name.model, state: state)
        }
    }

    private static func now() -> Int64 { Int64(NIODeadline.now().uptimeNanoseconds / 1_000_000) }
}

/// How the retry budget sees an attempt.
enum AttemptCost {
    /// The request's first.
    case first
    /// One more call of an upstream.
    case further
    /// One in the place of a call that reached nobody: nothing is multiplied by it.
    case free
}
