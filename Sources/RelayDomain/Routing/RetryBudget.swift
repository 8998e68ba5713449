/// How many further attempts there may be: a part of the requests, and a reserve, so that an outage of every upstream is not multiplied by
/// the attempts that it causes.
///
/// A token bucket in hundredths of an attempt: each request puts in a part of one, each further attempt takes a whole one.
public struct RetryBudget: Hashable, Sendable {
    public struct Settings: Hashable, Sendable {
        /// Further attempts per hundred requests.
        public var percent: Int64 = 20
        /// Further attempts that may come at once after a quiet time.
        public var reserve: Int64 = 200

        public init() {}
    }

    private let settings: Settings
    private var hundredths: Int64

    public init(_ settings: Settings) {
        self.settings = settings
        hundredths = settings.reserve * 100
    }

    public mutating func requestBegan() {
        hundredths = min(hundredths + settings.percent, settings.reserve * 100)
    }

    /// - Returns: false when there must be no further attempt.
    public mutating func takeAttempt() -> Bool {
        guard hundredths >= 100 else { return false }
        hundredths -= 100
        return true
    }
}
