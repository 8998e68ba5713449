/// The figures that bound the writer.
public struct LedgerWriterLimits: Sendable {
    /// Commands in one transaction.
    public var batch = 256
    /// Bytes of kept answers in one transaction. A command whose answer alone is larger has a transaction of its own.
    public var batchBytes = 8 << 20
    /// Commands that wait. What ends a hold is taken beyond it, as its number is bounded by the holds; but for expiries, which whoever looks
    /// next asks for again.
    public var queued = 8_192
    /// The longest pause between two tries while the database fails.
    public var retryMilliseconds = 500
    /// Between two tries of an ending that the database does not take although it takes others.
    public var parkMilliseconds = 30_000
    /// Chores that wait.
    public var chores = 64
    /// The longest time between two transactions while the books are shared: each prolongs the node's lease.
    public var heartbeatMilliseconds = 5_000
    /// How long endings that could not be written are tried at the stop.
    public var stopSeconds = 10.0

    public init() {}
}
