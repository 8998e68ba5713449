import RelayDomain
import RelayWebhooks
import Synchronization

/// A clock that stands until it is moved. Whoever sleeps looks again soon.
final class ManualClock: Sendable {
    private let milliseconds = Mutex<Int64>(1_795_514_400_000)
    private let asked = Mutex<[Duration]>([])

    func move(milliseconds more: Int64) { milliseconds.withLock { $0 += more } }

    var now: Timestamp { Timestamp(milliseconds: milliseconds.withLock { $0 }) }
    /// For how long somebody wanted to sleep.
    var sleeps: [Duration] { asked.withLock { $0 } }

    var deliveryClock: DeliveryClock {
        DeliveryClock(
            now: { self.now },
            sleep: { duration in
                self.asked.withLock { $0.append(duration) }
                try await Task.sleep(for: .milliseconds(2))
            }, ring: {}, pause: { _ in try await Task.sleep(for: .milliseconds(2)) })
    }
}
