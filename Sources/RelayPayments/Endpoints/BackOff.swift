/// How long an endpoint that failed is left alone: twice as long after every failure in a row, within bounds, with chance in it so that
/// nodes that failed together do not come back together.
struct BackOff: Hashable, Sendable {
    static let firstMilliseconds: Int64 = 1_000
    static let greatestMilliseconds: Int64 = 60_000

    private(set) var failures = 0
    /// By the clock's uptime; the endpoint may be asked from then on.
    private(set) var until: Int64 = .min

    func isOver(at uptime: Int64) -> Bool { uptime >= until }

    /// - Parameter random: as ``ScanClock/random``.
    mutating func failed(at uptime: Int64, random: (Int64) -> Int64) {
        let longest = min(Self.firstMilliseconds << Int64(min(failures, 10)), Self.greatestMilliseconds)
        failures += 1
        until = uptime + longest / 2 + random(longest / 2 + 1)
    }

    mutating func succeeded() { self = BackOff() }
}
