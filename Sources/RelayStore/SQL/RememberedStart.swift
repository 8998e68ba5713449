import Synchronization

/// Where a walk through a table begins of which the first rows, in the order of their keys, are removed all the time.
///
/// PostgreSQL keeps what was removed in its indexes until it clears up, and a walk from the first key passes all of it. So a walk begins
/// where the one before came to; and now and then at the first key, since a row may come in below that.
final class RememberedStart: Sendable {
    private struct State {
        var key = ""
        var walks = 0
    }

    private let state = Mutex(State())
    private let walksFromFirst: Int

    /// - Parameter walksFromFirst: of so many walks, one begins at the first key: the first of them.
    init(walksFromFirst: Int) { self.walksFromFirst = walksFromFirst }

    /// - Returns: the key behind which the next walk begins; empty for the first of all.
    func next() -> String {
        state.withLock { state in
            if state.walks % walksFromFirst == 0 { state.key = "" }
            state.walks += 1
            return state.key
        }
    }

    /// Keys up to this one are gone, as far as anybody knows.
    func remember(_ key: String) {
        state.withLock { state in state.key = max(state.key, key) }
    }
}
