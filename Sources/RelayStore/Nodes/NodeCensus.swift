public import RelayDomain

/// Finds out which nodes are gone, and ends what they have left behind.
///
/// Any node does it for all the others, at any time: declaring a lease gone and ending a hold are each done at most once.
public struct NodeCensus: Sendable {
    private static let longestRoundMilliseconds: Int64 = 500

    private let reader: LedgerReader
    private let writer: LedgerWriter
    private let statements: NodeStatements
    private let isShared: Bool
    private let graceMilliseconds: Int64
    private let now: @Sendable () -> Timestamp

    public init(
        reader: LedgerReader, writer: LedgerWriter, dialect: SQLDialect, isShared: Bool, graceMilliseconds: Int64,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.reader = reader
        self.writer = writer
        self.isShared = isShared
        self.graceMilliseconds = graceMilliseconds
        self.now = now
        statements = NodeStatements.of(dialect)
    }

    /// Takes this node's lease, and where no other node can be, ends all that was open: to be called before the first admission.
    /// - Returns: how many holds have expired.
    public func begin() async throws -> Int {
        try await writer.run { _ in }
        return try await expireOrphans()
    }

    /// Ends the leases that have run out, and then the holds under them.
    /// - Returns: the leases that ended, and how many holds have expired.
    public func run() async throws -> (buried: [Int64], expired: Int) {
        // After an outage of the database every lease has run out: whoever is back first must give the others as long to come back.
        let mayBury = isShared && writer.healthyFor.map { $0 >= .milliseconds(graceMilliseconds) } ?? false
        let buried = mayBury ? try await bury() : []
        return (buried, try await expireOrphans())
    }

    /// How far the clock that all nodes share is ahead of this node's own, in milliseconds; negative where it is behind.
    public func clockOffsetMilliseconds() async throws -> Int64 {
        let before = now()
        let shared = try await reader.source.read { [statements] in
            try $0.rows(statements.clock, bind: { $0.append(before) }, { $0.integer(0) }).first ?? before.milliseconds
        }
        let round = now().milliseconds - before.milliseconds
        // A question that had to wait says nothing about the moment at which it was answered.
        return isShared && (0...Self.longestRoundMilliseconds).contains(round) ? shared - before.milliseconds - round / 2 : 0
    }

    private func bury() async throws -> [Int64] {
        let (statements, now, grace) = (statements, now(), graceMilliseconds)
        return try await writer.run { session in
            try session.execute(statements.forget) { $0.append(now) }
            return try session.rows(
                statements.bury,
                bind: {
                    $0.append(now)
                    $0.append(grace)
                }, { $0.integer(0) })
        }
    }

    private func expireOrphans() async throws -> Int {
        var count = 0
        var last: RequestID?
        while true {
            let holds = try await reader.orphanedHolds(after: last)
            guard !holds.isEmpty else { return count }
            count += try await writer.expire(holds, at: now())
            last = holds.last?.request
        }
    }
}
