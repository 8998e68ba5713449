/// How often something may be tried that could be a guess: counted in windows of five minutes, of which the last three count.
public struct AttemptBound: Hashable, Sendable {
    public static let windowMilliseconds: Int64 = 5 * 60_000
    public static let windows: Int64 = 3

    /// In the last three windows together.
    public let attempts: Int64

    public init(attempts: Int64) {
        self.attempts = attempts
    }

    /// Sign-ins to one e-mail address, from wherever they come.
    public static let email = AttemptBound(attempts: 10)
    /// Sign-ins from one place. Many people may be behind it.
    public static let address = AttemptBound(attempts: 40)
    /// Codes of one person. Six digits can be guessed where nobody counts.
    public static let code = AttemptBound(attempts: 6)
    /// Accounts that are opened from one place.
    public static let signUp = AttemptBound(attempts: 10)

    public static func window(at time: Timestamp) -> Int64 { time.milliseconds / windowMilliseconds }

    /// The first window that counts.
    public static func firstWindow(at time: Timestamp) -> Int64 { window(at: time) - windows + 1 }

    /// - Parameter counts: of the windows that count, by their number.
    /// - Returns: nil where another attempt is allowed; otherwise the whole seconds after which one will be.
    public func waitSeconds(_ counts: [Int64: Int64], at time: Timestamp) -> Int? {
        let first = Self.firstWindow(at: time)
        let counting = counts.filter { $0.key >= first && $0.value > 0 }
        var sum = counting.values.reduce(0, +)
        guard sum >= attempts else { return nil }
        var end = time.milliseconds
        for window in counting.keys.sorted() where sum >= attempts {
            sum -= counting[window] ?? 0
            end = (window + Self.windows) * Self.windowMilliseconds
        }
        return Int(max(1, (end - time.milliseconds + 999) / 1_000))
    }
}
