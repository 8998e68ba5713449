import NIOCore
import RelayDomain
import Synchronization

/// The guard of all event loops: one short lock a request.
final class TrafficWatch: Sendable {
    let settings: GuardSettings
    private let state: Mutex<TrafficGuard>

    init(_ settings: GuardSettings) {
        self.settings = settings
        state = Mutex(TrafficGuard(settings))
    }

    func observe(_ request: TrafficObservation, of account: AccountID) -> TrafficVerdict? {
        guard settings.mode != .off else { return nil }
        let now = Int64(NIODeadline.now().uptimeNanoseconds / 1_000_000)
        return state.withLock { $0.observe(request, of: account, at: now) }
    }
}
