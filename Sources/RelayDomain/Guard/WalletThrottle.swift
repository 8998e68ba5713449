/// Whether, and until when, a wallet's requests are refused because its traffic was abnormal.
public struct WalletThrottle: Hashable, Sendable {
    /// nil while it is not throttled; ``Timestamp/distantFuture`` until the operator decides.
    public var until: Timestamp?
    /// Throttles in a row.
    public var strikes: Int64 = 0
    public var lastStrike: Timestamp?

    public init() {}

    /// The seconds until requests are let through again; nil where they are.
    func wait(at now: Timestamp) -> Int? {
        guard let until, until > now else { return nil }
        // Nobody waits for the operator: an hour is when to look again.
        return until == .distantFuture ? 3_600 : Int((until.milliseconds - now.milliseconds + 999) / 1_000)
    }

    mutating func strike(_ rule: Finding.Throttle, at now: Timestamp) {
        // What is on its way when a throttle begins is not a further one.
        if let until, until > now { return }
        let isInARow = lastStrike.map { now.milliseconds - $0.milliseconds <= rule.strikeMilliseconds } ?? false
        strikes = isInARow ? strikes + 1 : 1
        lastStrike = now
        until = strikes >= rule.strikes ? .distantFuture : now.adding(milliseconds: rule.milliseconds)
    }
}
