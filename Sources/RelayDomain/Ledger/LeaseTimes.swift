/// How long a node's lease goes on without a commit, and what follows from it for everything that a node may wait for: the one place of
/// these figures.
///
/// What a node does between two commits must fit into the grace time, or the others take it for gone while it only waits: a heartbeat's
/// pause, a transaction that waits for another's locks until it is broken off, and the same again where it is begun anew.
/// `heartbeat + 2 * transaction` is at most eleven twelfths of the grace time.
public struct LeaseTimes: Hashable, Sendable {
    /// Less would declare nodes gone for what any machine does now and then.
    public static let leastGraceMilliseconds: Int64 = 5_000
    public static let mostGraceMilliseconds: Int64 = 3_600_000
    /// Several heartbeats have to be missed before a node is taken for gone.
    public static let heartbeatsOfGrace: Int64 = 4

    private static let usualHeartbeatMilliseconds: Int64 = 5_000

    /// How long a node that is not heard of still owns its holds.
    public let graceMilliseconds: Int64
    /// The longest time between two transactions of a node that has nothing to do.
    public let heartbeatMilliseconds: Int64

    /// - Parameter heartbeatMilliseconds: at most ``longestHeartbeatMilliseconds(grace:)``; nil for the usual five seconds, or less.
    public init(graceMilliseconds: Int64 = 30_000, heartbeatMilliseconds: Int64? = nil) {
        self.graceMilliseconds = graceMilliseconds
        let longest = Self.longestHeartbeatMilliseconds(grace: graceMilliseconds)
        self.heartbeatMilliseconds = min(heartbeatMilliseconds ?? Self.usualHeartbeatMilliseconds, longest)
    }

    public static func longestHeartbeatMilliseconds(grace: Int64) -> Int64 { grace / heartbeatsOfGrace }

    /// The longest that a transaction may stand still between two statements, and with it keep rows locked.
    public var idleMilliseconds: Int64 { part(1, of: 6, atMost: 5_000) }
    /// The longest that one lock is waited for: longer than whoever has it may stand still.
    public var lockMilliseconds: Int64 { part(1, of: 4, atMost: 10_000) }
    /// The longest that one statement may take, with all its locks.
    public var statementMilliseconds: Int64 { part(3, of: 10, atMost: 30_000) }
    /// The longest that a transaction may take, and after which one that failed is not begun anew.
    public var transactionMilliseconds: Int64 { part(1, of: 3, atMost: 40_000) }
    /// How long an answer of the database is waited for. A commit that waits keeps the lease: nobody declares gone whose row is locked.
    public var answerMilliseconds: Int64 { max(10_000, statementMilliseconds * 4 / 3) }
    /// Between two commits of a node that is well. Whoever needed longer has stood still, and does not know for how long the others have; a
    /// third of the grace time ends nobody's lease.
    public var gapMilliseconds: Int64 { max(2 * heartbeatMilliseconds, graceMilliseconds / 3) }
    /// Between two looks for nodes that are gone: what they held is free soon after their grace.
    public var lookMilliseconds: Int64 { max(500, graceMilliseconds / 6) }

    private func part(_ numerator: Int64, of denominator: Int64, atMost most: Int64) -> Int64 {
        max(1, min(most, graceMilliseconds * numerator / denominator))
    }
}
