import RelayDomain
import Synchronization

/// The time that all nodes of shared books agree upon: this machine's own, corrected by how far the database's clock is from it.
final class NodeClock: Sendable {
    private let offsetMilliseconds = Atomic<Int64>(0)

    func now() -> Timestamp {
        SystemClock.now().adding(milliseconds: offsetMilliseconds.load(ordering: .relaxed))
    }

    /// - Parameter milliseconds: by which the shared clock is ahead of ``now()``.
    /// - Returns: the whole correction.
    @discardableResult
    func adjust(by milliseconds: Int64) -> Int64 {
        offsetMilliseconds.wrappingAdd(milliseconds, ordering: .relaxed).newValue
    }
}
