public import RelayDomain

/// Time, and the bell that ends a wait.
public struct DeliveryClock: Sendable {
    /// The time that all nodes agree upon.
    public let now: @Sendable () -> Timestamp
    /// Waits until the time is over or the bell was rung. Throws where the task is cancelled.
    public let sleep: @Sendable (Duration) async throws -> Void
    /// Ends the wait, or the next one where nobody waits.
    public let ring: @Sendable () -> Void
    /// Waits, whoever rings. Throws where the task is cancelled.
    public let pause: @Sendable (Duration) async throws -> Void

    public init(
        now: @escaping @Sendable () -> Timestamp, sleep: @escaping @Sendable (Duration) async throws -> Void,
        ring: @escaping @Sendable () -> Void,
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.now = now
        self.sleep = sleep
        self.ring = ring
        self.pause = pause
    }
}
