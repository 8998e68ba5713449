/// Watches the traffic of every wallet, and says when it is abnormal. In memory, and bounded: what it has found is kept by the ledger.
public struct TrafficGuard: Sendable {
    /// Wallets that are watched at once. Those that have been quiet the longest are forgotten first.
    public static let walletLimit = 10_000

    private let settings: GuardSettings
    private var windows: [AccountID: TrafficWindow] = [:]

    public init(_ settings: GuardSettings) {
        self.settings = settings
    }

    /// Counts a request.
    /// - Parameter now: milliseconds of any clock that does not go back.
    /// - Returns: what passed its threshold. The wallet's window begins anew then, so that the next finding rests on what comes next.
    public mutating func observe(_ request: TrafficObservation, of account: AccountID, at now: Int64) -> TrafficVerdict? {
        guard settings.mode != .off else { return nil }
        if windows[account] == nil, windows.count >= Self.walletLimit { forgetQuiet(at: now) }
        let verdict = windows[account, default: TrafficWindow()].count(request, by: settings, at: now)
        if verdict != nil { windows[account] = nil }
        return verdict
    }

    private mutating func forgetQuiet(at now: Int64) {
        let kept = windows.filter { now - $0.value.lastAt <= settings.windowMilliseconds }
        windows = kept.count < Self.walletLimit * 9 / 10 ? kept : [:]
    }
}
