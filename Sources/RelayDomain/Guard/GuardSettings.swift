/// When traffic counts as abnormal, and what is done about it.
public struct GuardSettings: Hashable, Sendable {
    public enum Mode: String, Sendable, CaseIterable {
        case off
        /// What would be done is logged, and nothing else.
        case log
        case on
    }

    public var mode = Mode.on
    /// The rolling window in which requests are counted.
    public var windowMilliseconds: Int64 = 300_000
    /// The part of the window's requests, in percent, that must be abnormal in one way.
    public var percent: Int64 = 50
    // How many there must be of each.
    public var retries: Int64 = 2_000
    public var refusals: Int64 = 10_000
    public var clientFaults: Int64 = 2_000
    public var disconnects: Int64 = 500
    /// Bodies that came before within a minute, whatever became of them. Nobody's by default: who measures or watches a service sends one
    /// prompt again and again, and pays for each answer.
    public var repeats: Int64?
    /// How long a wallet is throttled.
    public var throttleMilliseconds: Int64 = 60_000
    /// A throttle that follows another within ``strikeMilliseconds`` for so many times in a row stays until the operator decides.
    public var strikes: Int64 = 3
    public var strikeMilliseconds: Int64 = 3_600_000

    public init() {}

    public var throttle: Finding.Throttle {
        Finding.Throttle(milliseconds: throttleMilliseconds, strikes: strikes, strikeMilliseconds: strikeMilliseconds)
    }
}
