import Synchronization

/// Wakes somebody who sleeps, and not too often: after each waking there is a rest that nobody ends.
final class Bell: Sendable {
    private struct State {
        var isRung = false
        var sleeper: Task<Void, Never>?
    }

    private let rest: Duration
    private let state = Mutex(State())

    init(rest: Duration = .milliseconds(500)) {
        self.rest = rest
    }

    /// Ends the sleep, or the next one where nobody sleeps.
    func ring() {
        let sleeper = state.withLock { state in
            state.isRung = true
            return state.sleeper
        }
        sleeper?.cancel()
    }

    /// - Throws: where the task is cancelled.
    func sleep(_ duration: Duration) async throws {
        try await Task.sleep(for: min(rest, duration))
        let remaining = Task<Void, Never> { try? await Task.sleep(for: max(.zero, duration - self.rest)) }
        let isRung = state.withLock { state in
            if !state.isRung { state.sleeper = remaining }
            return state.isRung
        }
        if isRung { remaining.cancel() }
        await withTaskCancellationHandler {
            await remaining.value
        } onCancel: {
            remaining.cancel()
        }
        state.withLock { $0 = State() }
        try Task.checkCancellation()
    }
}
