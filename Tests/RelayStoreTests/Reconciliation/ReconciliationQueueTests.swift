import Synchronization
import Testing

@testable import RelayStore

@Suite struct ReconciliationQueueTests {
    /// Runs that end when they are told to.
    private final class Runs: Sendable {
        struct State {
            var begun = 0
            var running = 0
            var most = 0
            var waiting: [CheckedContinuation<Void, Never>] = []
        }

        let state = Mutex(State())

        func run() async -> Reconciliation {
            await withCheckedContinuation { continuation in
                state.withLock { state in
                    state.begun += 1
                    state.running += 1
                    state.most = max(state.most, state.running)
                    state.waiting.append(continuation)
                }
            }
            return state.withLock { state in
                state.running -= 1
                return Reconciliation(checks: [.init(name: "\(state.begun)", examined: 0, findings: [])])
            }
        }

        func begun() -> Int { state.withLock { $0.begun } }

        func end() { state.withLock { state in state.waiting.isEmpty ? nil : state.waiting.removeFirst() }?.resume() }
    }

    private func eventually(_ condition: () -> Bool) async throws {
        while !condition() { try await Task.sleep(for: .milliseconds(1)) }
    }

    @Test("One runs at a time; all who ask meanwhile share the next, which begins after they have asked")
    func oneAtATime() async throws {
        let runs = Runs()
        let queue = ReconciliationQueue { await runs.run() }
        let first = Task { try await queue.reconciliation() }
        try await eventually { runs.begun() == 1 }
        let others = (0..<5).map { _ in Task { try await queue.reconciliation() } }
        while await queue.waitingCount < 6 { try await Task.sleep(for: .milliseconds(1)) }
        #expect(runs.begun() == 1)
        runs.end()
        #expect(try await first.value.checks.map(\.name) == ["1"])
        try await eventually { runs.begun() == 2 }
        runs.end()
        for other in others { #expect(try await other.value.checks.map(\.name) == ["2"]) }
        // And again, when nothing is left of those.
        let last = Task { try await queue.reconciliation() }
        try await eventually { runs.begun() == 3 }
        runs.end()
        #expect(try await last.value.checks.map(\.name) == ["3"])
        #expect(runs.state.withLock { $0.most } == 1)
    }

    @Test("A run that fails is told to those who asked for it, and the next begins all the same")
    func failing() async throws {
        struct Failure: Error {}
        let fails = Mutex(true)
        let queue = ReconciliationQueue {
            if fails.withLock({ $0 }) { throw Failure() }
            return Reconciliation(checks: [])
        }
        await #expect(throws: Failure.self) { try await queue.reconciliation() }
        fails.withLock { $0 = false }
        #expect(try await queue.reconciliation().checks.isEmpty)
    }
}
