import RelayDomain
import Synchronization

@testable import RelayPayments

/// A clock that stands until it is moved.
final class ManualClock: Sendable {
    private let milliseconds = Mutex<Int64>(1_800_000_000_000)

    func move(milliseconds more: Int64) { milliseconds.withLock { $0 += more } }

    var now: Timestamp { Timestamp(milliseconds: milliseconds.withLock { $0 }) }

    var scanClock: ScanClock {
        ScanClock(now: { self.now }, uptime: { self.now.milliseconds }, sleep: { _ in }, random: { _ in 0 })
    }
}
