import Logging
import RelayDomain
import RelayStore
import RelayStoreSQLite
import RelayTestKit
import Synchronization
import Testing

/// Collects replies, in the order of their tickets.
final class Inbox: ReplyPort {
    let replies = Mutex<[Int: Reply]>([:])

    func deliver(_ new: [TicketedReply]) {
        replies.withLock { replies in for reply in new { replies[reply.ticket] = reply.reply } }
    }

    subscript(ticket: Int) -> Reply? { replies.withLock { $0[ticket] } }
}

/// Nodes on one database that are stepped by hand.
final class NodePair {
    /// What whoever waits for a commit is told when its connection breaks.
    static let lost = StoreFailure(.undecided, "the connection was lost")

    let folder: TemporaryFolder
    let store: SQLiteStore
    let time = Mutex(StoreFixture.start)
    let instant = Mutex(ContinuousClock.now)
    let inbox = Inbox()
    var reader: LedgerReader { LedgerReader(source: store) }

    init() throws {
        folder = try TemporaryFolder()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        store = try SQLiteStore(path: folder.path("relay.db"), logger: logger)
    }

    func node() -> (writer: LedgerWriter, session: NodeSession, faults: FaultSwitch) {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let faults = FaultSwitch()
        let time = { [self] in self.time.withLock { $0 } }
        nonisolated(unsafe) let now = time
        let session = NodeSession(
            FaultySession(store.writerSession()) { faults.value }, name: "n", isShared: true, dialect: .sqlite,
            lease: LeaseTimes(graceMilliseconds: 1_000), now: { now() }, instant: { [self] in self.instant.withLock { $0 } })
        return (LedgerWriter(ledger: StoreFixture.ledger, logger: logger), session, faults)
    }

    func open(_ writer: LedgerWriter, _ session: NodeSession, credits: Int64) {
        let account = StoreFixture.account(1)
        let order = RechargeOrder(
            id: OrderID(high: 3, low: 1), account: account, plan: Plan.boundless.id, price: Credits(1), credits: Credits(credits),
            createdAt: StoreFixture.start)
        let commands: [Command] = [
            .openAccount(Account(id: account, email: "1@example.com", name: "", createdAt: StoreFixture.start)),
            .createKey(
                Key(
                    id: KeyID(high: 2, low: 1), account: account, hash: StoreFixture.hash(1), name: "", displayPrefix: "nxr_…",
                    policy: KeyPolicy(), createdAt: StoreFixture.start)),
            .createOrder(order),
            .confirmOrder(OrderConfirmation(order: order.id, account: account, note: "n", transaction: nil, at: StoreFixture.start)),
        ]
        for command in commands { _ = run(command, writer, session) }
    }

    /// Submits, steps once, and says what came.
    func run(_ command: Command, _ writer: LedgerWriter, _ session: NodeSession) -> Reply? {
        let ticket = inbox.replies.withLock { $0.count + 1_000 }
        if let refusal = writer.submit(command, to: inbox, ticket: ticket) { return .refused(refusal) }
        _ = writer.step(on: session)
        return inbox[ticket]
    }

    /// Declares gone whose lease has run out, and expires its holds by the node.
    /// - Parameters:
    ///   - grace: for which the node must have been well.
    ///   - onAsking: called when the census has begun, and before anything of it is on the writer's thread.
    ///   - mayStep: says whether the writer does its next step.
    /// - Returns: how many leases ended, and how many holds.
    @discardableResult
    func bury(
        by writer: LedgerWriter, _ session: NodeSession, grace: Int64 = 0, onAsking: @escaping @Sendable () -> Void = {},
        mayStep: () -> Bool = { true }
    ) async throws -> [Int] {
        let done = Mutex(false)
        let pumping = Task.detached { [store] in
            defer { done.withLock { $0 = true } }
            let census = NodeCensus(
                reader: LedgerReader(source: store), writer: writer, dialect: .sqlite, isShared: true, graceMilliseconds: grace,
                now: { [self] in
                    onAsking()
                    return self.time.withLock { $0 }
                })
            return try await census.run()
        }
        while !done.withLock({ $0 }) {
            if mayStep() { _ = writer.step(on: session) }
            try await Task.sleep(for: .milliseconds(1))
        }
        let (buried, expired) = try await pumping.value
        return [buried.count, expired]
    }

    /// Lets both clocks go on, in steps of an idle node's heartbeat.
    func wait(_ milliseconds: Int64, of session: NodeSession) throws {
        for _ in 0..<milliseconds / session.lease.heartbeatMilliseconds {
            advance(session.lease.heartbeatMilliseconds)
            try session.heartbeat()
        }
    }

    func advance(_ milliseconds: Int64) {
        time.withLock { $0 = $0.adding(milliseconds: milliseconds) }
        instant.withLock { $0 = $0.advanced(by: .milliseconds(milliseconds)) }
    }
}

extension NodePair: @unchecked Sendable {}

@Suite struct NodeTests {
    private static func settle(_ request: UInt64, _ prompt: Int64, _ completion: Int64) -> Command {
        StoreFixture.end(request, of: 1, StoreFixture.reported(prompt, completion))
    }

    @Test("Nobody is answered before it is known whether the commit landed", arguments: [true, false])
    func undecided(committed: Bool) async throws {
        let pair = try NodePair()
        let (writer, session, faults) = pair.node()
        pair.open(writer, session, credits: 1_000)
        _ = pair.run(StoreFixture.admit(1, by: 1), writer, session)
        let lost = StoreFailure(.undecided, "the connection was lost")
        faults.value = committed ? .unheard(lost) : .undone(lost)
        #expect(writer.submit(Self.settle(1, 10, 10), to: pair.inbox, ticket: 1) == nil)
        #expect(writer.submit(StoreFixture.admit(2, by: 1), to: pair.inbox, ticket: 2) == nil)
        _ = writer.step(on: session)
        #expect(pair.inbox[1] == nil && pair.inbox[2] == nil && !writer.isHealthy)
        // While the outcome cannot be read, they go on waiting.
        _ = writer.step(on: session)
        #expect(pair.inbox[1] == nil && pair.inbox[2] == nil)
        faults.value = nil
        for _ in 0..<4 { _ = writer.step(on: session) }
        guard case .ended(let ended)? = pair.inbox[1] else { return #expect(Bool(false), "\(String(describing: pair.inbox[1]))") }
        #expect(ended.isFirst && ended.charged == Credits(20) && writer.isHealthy)
        switch pair.inbox[2] {
        case .admitted?: #expect(committed)
        case .refused(let refusal)?: #expect(!committed && refusal.code == .ledgerUnavailable)
        default: #expect(Bool(false))
        }
        #expect(try await pair.reader.account(StoreFixture.account(1))?.1.posted == Credits(980))
        #expect(try await pair.reader.reconcile().isSatisfied)
    }

    @Test("A node that was taken for gone writes nothing under its old lease, takes a new one, and settles late what it still holds: once")
    func fenced() async throws {
        let pair = try NodePair()
        let (paused, pausedSession, _) = pair.node()
        let (living, livingSession, _) = pair.node()
        pair.open(paused, pausedSession, credits: 1_000)
        _ = pair.run(StoreFixture.admit(1, by: 1), paused, pausedSession)
        _ = pair.run(StoreFixture.admit(2, by: 1), paused, pausedSession)
        let before = pausedSession.epoch
        pair.time.withLock { $0 = $0.adding(milliseconds: 5_000) }
        try await pair.bury(by: living, livingSession)
        let expired = try #require(try await pair.reader.receipt(StoreFixture.request(1)))
        #expect(expired.state == .expired && expired.expiredAt == pair.time.withLock { $0 } && !expired.isSettledLate)
        // The wallet is free again, and somebody spends most of it.
        _ = pair.run(StoreFixture.admit(3, by: 1, input: 500, output: 400), living, livingSession)
        guard case .refused(let refusal)? = pair.run(StoreFixture.admit(4, by: 1), paused, pausedSession) else {
            return #expect(Bool(false))
        }
        #expect(refusal.code == .ledgerUnavailable)
        _ = paused.step(on: pausedSession)
        #expect(paused.isHealthy && pausedSession.epoch > before)
        // 150 of 200 that were held; 100 are left.
        guard case .ended(let late)? = pair.run(Self.settle(1, 100, 50), paused, pausedSession) else { return #expect(Bool(false)) }
        #expect(late.isFirst && late.state == .settled && late.charged == Credits(100) && late.available == .zero)
        guard case .ended(let again)? = pair.run(Self.settle(1, 100, 50), paused, pausedSession) else { return #expect(Bool(false)) }
        #expect(!again.isFirst && again.charged == Credits(100))
        let receipt = try #require(try await pair.reader.receipt(StoreFixture.request(1)))
        #expect(receipt.state == .settled && receipt.absorbed == Credits(50) && receipt.isSettledLate)
        #expect(receipt.expiredAt == expired.expiredAt && receipt.endedAt == StoreFixture.start)
        // A void of what has expired changes nothing.
        guard case .ended(let voided)? = pair.run(StoreFixture.end(2, of: 1, .void), paused, pausedSession) else {
            return #expect(Bool(false))
        }
        #expect(!voided.isFirst && voided.state == .expired)
        let reconciliation = try await pair.reader.reconcile()
        #expect(reconciliation.isSatisfied, "\(reconciliation.checks.filter { !$0.isSatisfied })")
    }

    /// A node that has let a request through and is not heard of for longer than its lease, and one that was well all the time.
    private func deadAndLiving(_ pair: NodePair) throws -> (LedgerWriter, NodeSession) {
        let (dead, deadSession, _) = pair.node()
        let (living, livingSession, _) = pair.node()
        pair.open(dead, deadSession, credits: 1_000)
        _ = pair.run(StoreFixture.admit(1, by: 1), dead, deadSession)
        try livingSession.heartbeat()
        try pair.wait(2_000, of: livingSession)
        return (living, livingSession)
    }

    @Test("A node that was well for a whole grace time declares gone who is not heard of")
    func buries() async throws {
        let pair = try NodePair()
        let (living, session) = try deadAndLiving(pair)
        #expect(try await pair.bury(by: living, session, grace: 1_000) == [1, 1])
    }

    @Test(
        "A node that stood still, waited for a transaction, or could not write buries nobody, until it was well for a whole grace time again",
        arguments: ["stood still", "waited", "could not write"])
    func stalled(how: String) async throws {
        let pair = try NodePair()
        let (living, session) = try deadAndLiving(pair)
        switch how {
        case "stood still": pair.advance(700)
        case "waited": try session.transaction { pair.advance(700) }
        default:
            let failing: () throws -> Void = { throw StoreFailure(.unavailable, "the connection was lost") }
            #expect(throws: StoreFailure.self) { try session.transaction(failing) }
        }
        #expect(try await pair.bury(by: living, session, grace: 1_000) == [0, 0])
        try pair.wait(750, of: session)
        #expect(try await pair.bury(by: living, session, grace: 1_000) == [0, 0])
        try pair.wait(250, of: session)
        #expect(try await pair.bury(by: living, session, grace: 1_000) == [1, 1])
    }

    @Test("A node whose machine stood still, and its clocks with it, buries nobody until it was well for a whole grace time again")
    func suspended() async throws {
        let pair = try NodePair()
        let (living, session) = try deadAndLiving(pair)
        #expect(try await pair.bury(by: living, session, grace: 1_000_000) == [0, 0])
        pair.time.withLock { $0 = $0.adding(milliseconds: 60_000) }
        #expect(try await pair.bury(by: living, session, grace: 1_000) == [0, 0])
        try pair.wait(1_250, of: session)
        #expect(try await pair.bury(by: living, session, grace: 1_000) == [1, 1])
    }

    @Test("A node that stands still between its decision to look and the moment at which it does buries nobody")
    func stalledMeanwhile() async throws {
        let pair = try NodePair()
        let (living, session) = try deadAndLiving(pair)
        let hasStalled = Mutex(false)
        let result = try await pair.bury(by: living, session, grace: 1_000) {
            guard
                hasStalled.withLock({ has in
                    defer { has = true }
                    return !has
                })
            else { return }
            pair.advance(700)
        }
        #expect(result == [0, 0])
    }

    @Test("Holds of a node that is gone are ended together, in the transactions of a whole page")
    func page() async throws {
        let pair = try NodePair()
        let (dead, deadSession, _) = pair.node()
        pair.open(dead, deadSession, credits: 10_000)
        for request in 1...30 as ClosedRange<UInt64> {
            guard case .admitted? = pair.run(StoreFixture.admit(request, by: 1, input: 10, output: 10), dead, deadSession) else {
                return #expect(Bool(false))
            }
        }
        try deadSession.release()
        let (living, session, _) = pair.node()
        try session.heartbeat()
        // Nothing is done while only some of them wait, so that whoever waits for one before the next is queued waits for ever.
        var waits = 0
        let result = try await pair.bury(by: living, session, grace: 1_000_000) {
        } mayStep: {
            waits += 1
            return living.queuedCount == 0 || living.queuedCount == 30 || waits > 5_000
        }
        #expect(result == [0, 30] && waits < 5_000)
    }

    @Test("The holds of a node that is heard of are nobody's to expire; those of one that left are")
    func living() async throws {
        let pair = try NodePair()
        let (first, firstSession, _) = pair.node()
        let (second, secondSession, _) = pair.node()
        pair.open(first, firstSession, credits: 1_000)
        _ = pair.run(StoreFixture.admit(1, by: 1), first, firstSession)
        for _ in 0..<5 {
            pair.time.withLock { $0 = $0.adding(milliseconds: 700) }
            try firstSession.heartbeat()
            try await pair.bury(by: second, secondSession)
        }
        #expect(try await pair.reader.receipt(StoreFixture.request(1))?.state == .open)
        try firstSession.release()
        try await pair.bury(by: second, secondSession)
        #expect(try await pair.reader.receipt(StoreFixture.request(1))?.state == .expired)
    }
}
