public import RelayDomain

/// A node's own session on books that other nodes may write too: every transaction is fenced by the node's lease.
///
/// A lease is a row of `nodes` under a number that is never used again, its *epoch*. Where the books are shared, each transaction begins by
/// prolonging it, which fails once others have declared it gone: so nothing can be written under a lease whose holds others may expire.
/// The same row carries a mark that grows with every transaction, and tells after a lost connection whether the last one was committed.
///
/// A node that has no lease, at its start or after it lost one, takes a new one with its next transaction.
public final class NodeSession: SQLSession {
    /// The lease in force; 0 before the first transaction, and after the lease was lost until the next one.
    public private(set) var epoch: Int64 = 0
    /// Whether other nodes may write the same books, so that the lease must be kept by a heartbeat.
    public let isShared: Bool

    private let base: any SQLSession
    private let name: String
    /// How long the lease goes on without a transaction, and what follows from it.
    public let lease: LeaseTimes
    private let statements: NodeStatements
    private let now: @Sendable () -> Timestamp
    private let instant: @Sendable () -> ContinuousClock.Instant
    private var mark: Int64 = 0
    /// The epoch of the last transaction, which was perhaps a new one.
    private var lastEpoch: Int64 = 0
    private var lastCommit: ContinuousClock.Instant?
    /// Since then no transaction has failed, and none was missing for longer than ``LeaseTimes/gapMilliseconds``.
    private var wellSince: ContinuousClock.Instant?
    private var lastMeeting: (sharedClock: Int64, at: ContinuousClock.Instant)?

    /// - Parameters:
    ///   - name: for people who read the list of nodes.
    ///   - isShared: false where this process owns the books alone: then every other lease ends as this one begins.
    ///   - now: the time where the database has no clock that all nodes share.
    ///   - instant: the clock behind ``wellFor``, which goes on while the machine sleeps.
    public init(
        _ base: any SQLSession, name: String, isShared: Bool, dialect: SQLDialect, lease: LeaseTimes = LeaseTimes(),
        now: @escaping @Sendable () -> Timestamp, instant: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.base = base
        self.name = name
        self.isShared = isShared
        self.lease = lease
        self.now = now
        self.instant = instant
        statements = NodeStatements.of(dialect)
    }

    public func transaction<T>(_ body: () throws -> T) throws -> T {
        let held = epoch
        mark += 1
        do {
            let result = try base.transaction {
                if held == 0 { try takeLease() } else if isShared { try prolongLease() }
                lastEpoch = epoch
                return try body()
            }
            committed()
            return result
        } catch {
            if let failure = error as? StoreFailure, !failure.kind.concernsWhatIsTouched { wellSince = nil }
            // A lease that was taken by this transaction is not there, or perhaps; one that is gone is gone.
            epoch = (error as? StoreFailure)?.kind == .fenced ? 0 : held
            throw error
        }
    }

    /// For how long this node has been well: every transaction was committed, and none was later than an idle node's. Nil where it is not,
    /// or was standing still until just now. Whoever stood still, or could not reach the database, cannot tell whose fault it is that nobody
    /// else was heard of.
    public var wellFor: Duration? {
        let now = instant()
        guard let wellSince, let lastCommit, !isGap(from: lastCommit, to: now) else { return nil }
        return wellSince.duration(to: now)
    }

    /// Tells what the shared clock says, in milliseconds. Where that went on by much more than this node's own, the whole machine stood still,
    /// and its clocks with it: then this node was not well.
    func meet(sharedClock: Int64) {
        let now = instant()
        if let lastMeeting {
            let own = lastMeeting.at.duration(to: now) + .milliseconds(lease.gapMilliseconds)
            if .milliseconds(sharedClock - lastMeeting.sharedClock) > own { wellSince = nil }
        }
        lastMeeting = (sharedClock, now)
    }

    private func committed() {
        let now = instant()
        if lastCommit.map({ isGap(from: $0, to: now) }) ?? true { wellSince = nil }
        lastCommit = now
        wellSince = wellSince ?? now
    }

    private func isGap(from last: ContinuousClock.Instant, to now: ContinuousClock.Instant) -> Bool {
        last.duration(to: now) > .milliseconds(lease.gapMilliseconds)
    }

    public func query(
        _ statement: SQLStatement, count: Int, bind: (Int, inout SQLParameters) -> Void, row: (any SQLRow) throws -> Void
    ) throws {
        try base.query(statement, count: count, bind: bind, row: row)
    }

    public func execute(
        _ statement: SQLStatement, count: Int, otherwise: StoreFailure?, bind: (Int, inout SQLParameters) -> Void
    ) throws {
        try base.execute(statement, count: count, otherwise: otherwise, bind: bind)
    }

    /// Proves that the books can be written, and prolongs the lease or takes one.
    public func heartbeat() throws {
        try transaction {
            // A transaction that writes nothing succeeds on a full disk.
            if !isShared { try base.execute(Self.probe) }
        }
    }

    /// What has become of a transaction of whose commit nobody was told.
    public enum LostCommit: Sendable {
        case notCommitted
        case committed
        /// It was committed, and then the node's lease was declared gone: others expire the holds under it.
        case committedUnderLostLease
    }

    /// What has become of the last transaction, which failed as ``StoreFailure/Kind/undecided``. Waits for it where the database is still
    /// about it.
    /// - Throws: ``StoreFailure`` while that cannot be read.
    public func lostCommit() throws -> LostCommit {
        let (lastEpoch, mark) = (lastEpoch, mark)
        var found: (mark: Int64, isLiving: Bool)?
        try base.transaction {
            found = nil
            try base.query(
                statements.mark, count: 1, bind: { $1.append(lastEpoch) }, row: { found = ($0.integer(0), $0.text(1) == "living") })
        }
        guard let found, found.mark >= mark else { return .notCommitted }
        epoch = found.isLiving ? lastEpoch : 0
        return found.isLiving ? .committed : .committedUnderLostLease
    }

    /// Gives the lease back: what is still held under it may be expired at once.
    public func release() throws {
        guard epoch != 0 else { return }
        let epoch = epoch
        try base.transaction { try base.execute(statements.leave) { $0.append(epoch) } }
        self.epoch = 0
    }

    private func takeLease() throws {
        if !isShared { try base.execute(statements.leaveAll) }
        try base.query(
            statements.take, count: 1,
            bind: { _, row in
                row.append(now())
                row.append(lease.graceMilliseconds)
                row.append(name)
                row.append(mark)
            }, row: { epoch = $0.integer(0) })
    }

    private func prolongLease() throws {
        try base.execute(statements.prolong, otherwise: StoreFailure(.fenced, "the node's lease has ended")) { row in
            row.append(now())
            row.append(lease.graceMilliseconds)
            row.append(epoch)
            row.append(mark)
        }
    }

    private static let probe = SQLStatement(
        "INSERT INTO probe (id, tries) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET tries = probe.tries + 1")
}

/// What nodes do to their table. `$1` is the node's own time, which a database with a clock does not look at.
struct NodeStatements: Sendable {
    let take: SQLStatement
    let prolong: SQLStatement
    let mark = SQLStatement.read("mark, state", from: "nodes", by: "epoch", locking: .forUpdate)
    let leave = SQLStatement("UPDATE nodes SET state = 'gone' WHERE epoch = $1")
    let living = SQLStatement("SELECT epoch FROM nodes WHERE state = 'living' ORDER BY epoch")
    let leaveAll = SQLStatement("UPDATE nodes SET state = 'gone' WHERE state = 'living'")
    /// Ends the leases that have run out, while the shared clock says at most `$3`.
    let bury: SQLStatement
    /// Forgets those whose holds have all ended, a day later: until then their marks may be asked for.
    let forget: SQLStatement
    let clock: SQLStatement

    /// - Parameter condition: what else must be so before others are declared gone; `$2` is the grace time.
    private init(clock: String, mayBury condition: String) {
        // Epochs grow with time, so that one which was forgotten is never used again.
        take = SQLStatement(
            """
            INSERT INTO nodes (epoch, name, started_at, lease_until, mark, state)
            SELECT CASE WHEN last >= at THEN last + 1 ELSE at END, $3, at, at + $2, $4, 'living'
            FROM (SELECT \(clock) AS at, (SELECT coalesce(max(epoch), 0) FROM nodes) AS last) AS clock RETURNING epoch
            """)
        prolong = SQLStatement("UPDATE nodes SET lease_until = \(clock) + $2, mark = $4 WHERE epoch = $3 AND state = 'living'")
        let overdue = "state = 'living' AND lease_until < \(clock) AND \(condition) AND \(clock) <= $3"
        bury = SQLStatement(
            "UPDATE nodes SET state = 'gone' WHERE \(overdue) RETURNING epoch",
            // Whoever is in a transaction at this moment lives.
            postgres: """
                WITH overdue AS MATERIALIZED (SELECT epoch FROM nodes WHERE \(overdue) FOR UPDATE SKIP LOCKED)
                UPDATE nodes SET state = 'gone' FROM overdue WHERE nodes.epoch = overdue.epoch RETURNING nodes.epoch
                """)
        forget = SQLStatement(
            """
            DELETE FROM nodes WHERE state = 'gone' AND lease_until < \(clock) - 86400000
              AND NOT EXISTS (SELECT 1 FROM holds WHERE holds.epoch = nodes.epoch)
            """)
        self.clock = SQLStatement("SELECT \(clock)")
    }

    static func of(_ dialect: SQLDialect) -> NodeStatements {
        switch dialect {
        case .sqlite: sqlite
        case .postgres: postgres
        }
    }

    private static let sqlite = NodeStatements(clock: "$1", mayBury: "$2 >= 0")
    /// A server that has only just started has not heard of anybody.
    private static let postgres = NodeStatements(
        clock: "(CASE WHEN $1::bigint IS NULL THEN NULL ELSE (extract(epoch FROM clock_timestamp()) * 1000)::bigint END)",
        mayBury: "pg_postmaster_start_time() < clock_timestamp() - $2::bigint * interval '1 millisecond'")
}
