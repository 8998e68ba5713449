public import RelayDomain

/// Time and chance, passed in.
public struct ScanClock: Sendable {
    /// The time of day, in whole milliseconds.
    public let now: @Sendable () -> Timestamp
    /// Milliseconds since any moment; never turned back.
    public let uptime: @Sendable () -> Int64
    /// - Throws: where the task is cancelled.
    public let sleep: @Sendable (Duration) async throws -> Void
    /// A number below its argument, which is above 0.
    public let random: @Sendable (Int64) -> Int64

    public init(
        now: @escaping @Sendable () -> Timestamp, uptime: @escaping @Sendable () -> Int64,
        sleep: @escaping @Sendable (Duration) async throws -> Void, random: @escaping @Sendable (Int64) -> Int64
    ) {
        self.now = now
        self.uptime = uptime
        self.sleep = sleep
        self.random = random
    }
}

extension Duration {
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    }
}
