/// The figures that bound the writer.
public struct LedgerWriterLimits: Sendable {
    /// Commands in one transaction.
    public var batch = 256
    /// Commands that wait. Endings of holds are taken beyond it: their number is bounded by the holds.
    public var queued = 8_192
    /// The longest pause between two tries while the database fails.
    public var retryMilliseconds = 500
    /// Chores that wait.
    public var chores = 64
    /// The longest time between two transactions while the books are shared: each prolongs the node's lease.
    public var heartbeatMilliseconds = 5_000
    /// How long endings that could not be written are tried at the stop.
    public var stopSeconds = 10.0

    public init() {}
}
