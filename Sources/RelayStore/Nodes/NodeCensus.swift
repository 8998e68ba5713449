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

    /// Takes this node's lease, and where no other node can be, ends all that was open: to be called before the first admission. On shared
    /// books what is open may be a living node's, and what is not can wait for ``run()``, while requests are served.
    /// - Returns: how many holds have expired.
    public func begin() async throws -> Int {
        try await writer.run { _ in }
        return isShared ? 0 : try await expireOrphans()
    }

    /// Ends the leases that have run out, and then the holds under them.
    /// - Returns: the leases that ended, and how many holds have expired.
    public func run() async throws -> (buried: [Int64], expired: Int) {
        let buried = isShared ? try await bury() : []
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
            // After an outage every lease has run out, and the first who is back must give the others as long to come back. So whoever was
            // not well for a whole grace time buries nobody. It is asked here, at the moment at which it counts; and what is sent to the
            // database from here on counts only where it gets there soon.
            let clock = try session.rows(statements.clock, bind: { $0.append(now) }, { $0.integer(0) }).first
            if let clock { session.meet(sharedClock: clock) }
            guard let clock, let wellFor = session.wellFor, wellFor >= .milliseconds(grace) else { return [] }
            let latest = clock + session.lease.gapMilliseconds
            try session.execute(statements.forget) { $0.append(now) }
            return try session.rows(
                statements.bury,
                bind: {
                    $0.append(now)
                    $0.append(grace)
                    $0.append(latest)
                }, { $0.integer(0) })
        }
    }

    /// Every node does this for all others at the same time: each begins with a share of its own, and goes on with what the others have left
    /// until then. Who is second finds that nothing is left to do, which costs little.
    private func expireOrphans() async throws -> Int {
        guard try await !reader.orphanedHolds(limit: 1).isEmpty else { return 0 }
        let share = isShared ? try await share() : nil
        let count = if let share { try await expireOrphans(in: share) } else { 0 }
        return count + (try await expireOrphans(in: nil))
    }

    private func expireOrphans(in share: OrphanShare?) async throws -> Int {
        var count = 0
        var last: RequestID?
        var failure: (any Error)?
        while let end = try await expirePage(after: last, in: share, &count, &failure) { last = end }
        if let failure { throw failure }
        return count
    }

    /// One hold that cannot be ended now, since its wallet is locked, keeps no other from it.
    /// - Returns: the page's last hold; nil where there is none.
    private func expirePage(
        after last: RequestID?, in share: OrphanShare?, _ count: inout Int, _ failure: inout (any Error)?
    ) async throws -> RequestID? {
        let holds = try await reader.orphanedHolds(after: last)
        do {
            count += try await writer.expire(holds.filter { share?.contains($0.request) ?? true }, at: now())
        } catch {
            failure = error
        }
        return holds.last?.request
    }

    private func share() async throws -> OrphanShare? {
        try await writer.run { [statements] session in
            OrphanShare(of: session.epoch, among: try session.rows(statements.living) { $0.integer(0) })
        }
    }
}
