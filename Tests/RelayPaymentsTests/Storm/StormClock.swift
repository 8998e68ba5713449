import RelayDomain
import Synchronization

@testable import RelayPayments

/// The time of a storm: that of the chain and of everybody.
final class StormClock: Sendable {
    private struct State {
        var now: Int64 = 0
        var uptime: Int64 = 1
    }

    private let state = Mutex(State())

    var now: Timestamp { Timestamp(milliseconds: state.withLock { $0.now }) }

    /// It is never turned back.
    func reach(_ milliseconds: Int64) { state.withLock { $0.now = max($0.now, milliseconds) } }

    /// Lets back-offs pass.
    func moveUptime(milliseconds: Int64) { state.withLock { $0.uptime += milliseconds } }

    var scanClock: ScanClock {
        ScanClock(
            now: { self.now },
            uptime: {
                self.state.withLock { state in
                    state.uptime += 1
                    return state.uptime
                }
            }, sleep: { _ in }, random: { _ in 0 })
    }
}
