/// When a circuit opens, and for how long.
public struct CircuitSettings: Hashable, Sendable {
    public enum Mode: String, Sendable, CaseIterable {
        case on
        /// Every upstream is called, however it fares.
        case off
    }

    public var mode = Mode.on
    /// Failures in a row that open it.
    public var failures: Int64 = 10
    /// The part of the window's calls, in percent, that opens it when it failed.
    public var ratioPercent: Int64 = 50
    /// Calls in the window below which the part that failed says nothing.
    public var calls: Int64 = 50
    public var windowMilliseconds: Int64 = 30_000
    /// The first wait before a probe; each probe that fails doubles it.
    public var openMilliseconds: Int64 = 1_000
    /// The longest wait, however often a probe failed and whatever a `retry-after` says.
    public var openLimitMilliseconds: Int64 = 60_000

    /// How long a probe may go on before there is another.
    var probeMilliseconds: Int64 { max(openMilliseconds, openLimitMilliseconds / 10) }

    public init() {}
}
