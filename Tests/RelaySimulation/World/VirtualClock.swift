import RelayDomain

/// The time of the simulated world: that of the database, which all nodes share. It goes on when the simulation says so.
///
/// Touched on the simulation's thread alone.
final class VirtualClock: @unchecked Sendable {
    private static let origin = ContinuousClock.now
    private let start: Int64
    private(set) var milliseconds: Int64

    init(start: Timestamp) {
        self.start = start.milliseconds
        milliseconds = start.milliseconds
    }

    func advance(_ more: Int64) { milliseconds += more }

    var now: Timestamp { Timestamp(milliseconds: milliseconds) }
    /// The same time, as the clock that measures how long something lasted.
    var instant: ContinuousClock.Instant { Self.origin.advanced(by: .milliseconds(milliseconds - start)) }
}
