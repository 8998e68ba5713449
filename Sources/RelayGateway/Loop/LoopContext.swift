import CoreMetrics
import Logging
import NIOCore
import NIOPosix
public import RelayDomain
import RelayStore

/// What stands for an account's own identifier of a user or a cache towards upstreams: a keyed hash, so that no two accounts have the same.
/// At most 64 characters of ASCII.
public typealias Pseudonym = @Sendable (AccountID, _ identifier: UnsafeRawBufferPointer) -> String

/// What the handlers of one event loop share.
///
/// Touched only on its event loop, which is why it needs no lock; `@unchecked` because the bootstrap carries it there.
final class LoopContext: @unchecked Sendable {
    let eventLoop: any EventLoop
    let configuration: GatewayConfiguration
    let ledger: LedgerPort
    let billing: Billing
    let scanPool: NIOThreadPool
    let countPool: NIOThreadPool
    let freeCountPool: NIOThreadPool
    let inputCounter: InputCounter
    let hashSecret: @Sendable (KeySecret) -> KeyHash
    let pseudonym: Pseudonym
    let now: @Sendable () -> Timestamp
    let logger: Logger
    let console: UpstreamPool
    let answers: AnswerVault
    let watch: TrafficWatch
    let metrics: GatewayMetrics
    let connectionCounts: ConnectionCounts
    /// Bytes of bodies that are gathered or kept.
    var gatheredBytes = 0
    /// Requests that wait for the ledger, by account.
    private var admissions: [AccountID: Int] = [:]
    private(set) var upstreams: UpstreamSet
    private(set) var isDraining = false
    /// Connections, each of which bounds its own waits when told the time.
    private var connections: [ObjectIdentifier: PublicHandler] = [:]
    private var exchanges: [ObjectIdentifier: RelayExchange] = [:]
    /// Answers that are read on for clients that have left.
    private(set) var drainCount = 0
    /// Large bodies that are being scanned, or wait to be.
    var scansWaiting = 0
    /// Inputs that are being counted for free, or wait to be.
    var freeCountsWaiting = 0
    /// Requests whose input is being counted, or waits to be, in all and of each account.
    private var countsWaiting = 0
    private var countsByAccount: [AccountID: Int] = [:]
    private var random = SystemRandomNumberGenerator()
    private let loopCount: Int
    private var ticking: RepeatedTask?

    init(
        eventLoop: any EventLoop, loopCount: Int, configuration: GatewayConfiguration, targets: [UpstreamTarget], routing: RoutingTable,
        writer: LedgerWriter, answers: AnswerVault, watch: TrafficWatch, metrics: any MetricsFactory,
        connectionCounts: ConnectionCounts, scanPool: NIOThreadPool, countPool: NIOThreadPool, freeCountPool: NIOThreadPool,
        inputCounter: InputCounter,
        hashSecret: @escaping @Sendable (KeySecret) -> KeyHash,
        pseudonym: @escaping Pseudonym,
        now: @escaping @Sendable () -> Timestamp,
        logger: Logger
    ) {
        self.eventLoop = eventLoop
        self.loopCount = loopCount
        self.configuration = configuration
        self.scanPool = scanPool
        self.countPool = countPool
        self.freeCountPool = freeCountPool
        self.inputCounter = inputCounter
        self.hashSecret = hashSecret
        self.pseudonym = pseudonym
        self.now = now
        self.logger = logger
        ledger = LedgerPort(eventLoop: eventLoop, writer: writer)
        billing = Billing(estimatesUnreported: configuration.unreportedUsage == .estimate)
        self.answers = answers
        self.watch = watch
        self.metrics = GatewayMetrics(metrics)
        self.connectionCounts = connectionCounts
        upstreams = UpstreamSet(
            targets, routing: routing, eventLoop: eventLoop, loopCount: loopCount, limits: configuration.limits)
        console = UpstreamPool(
            upstream: UpstreamTarget(console: configuration.consoleSocket), eventLoop: eventLoop, connectionLimit: 64, queueLimit: 256,
            idleSeconds: configuration.limits.upstreamIdleSeconds, ageSeconds: .infinity)
    }

    func makeRequestID(at time: Timestamp) -> RequestID { RequestID(at: time, random: &random) }
    func makeReviewID(at time: Timestamp) -> ReviewID { ReviewID(at: time, random: &random) }

    // MARK: Time

    /// Waits are bounded by looking at them a few times a second: a timer for each request would cost more than the request's parsing.
    func startTicking() {
        ticking = eventLoop.scheduleRepeatedTask(initialDelay: .milliseconds(200), delay: .milliseconds(200)) { [self] _ in
            let now = NIODeadline.now()
            upstreams.tick(now: now)
            console.tick(now: now)
            for connection in Array(connections.values) { connection.tick(now: now) }
            // Those with a client are told by its connection.
            for exchange in Array(exchanges.values) where exchange.client == nil { exchange.tick(now: now) }
        }
    }

    func stopTicking() { ticking?.cancel() }

    // MARK: Who is here

    func opened(_ connection: PublicHandler) {
        connections[ObjectIdentifier(connection)] = connection
        metrics.connections.increment()
    }

    func closed(_ connection: PublicHandler) {
        connections[ObjectIdentifier(connection)] = nil
        metrics.connections.decrement()
    }

    func began(_ exchange: RelayExchange) {
        exchanges[ObjectIdentifier(exchange)] = exchange
        metrics.openExchanges.increment()
    }

    func ended(_ exchange: RelayExchange) {
        exchanges[ObjectIdentifier(exchange)] = nil
        metrics.openExchanges.decrement()
    }

    func drainBegan() {
        drainCount += 1
        metrics.drains.increment()
    }

    func drainEnded() {
        drainCount -= 1
        metrics.drains.decrement()
    }

    // MARK: What waits

    /// Takes a place among the account's requests that wait for the ledger: one wallet's thousands must not fill its queue.
    func admissionBegan(of account: AccountID) -> Bool {
        let count = admissions[account, default: 0]
        guard count < configuration.limits.accountQueue else { return false }
        admissions[account] = count + 1
        return true
    }

    func admissionEnded(of account: AccountID) {
        let count = admissions[account, default: 1] - 1
        admissions[account] = count > 0 ? count : nil
    }

    /// Whether there is memory for so many more bytes of bodies.
    func mayGather(_ byteCount: Int) -> Bool { gatheredBytes + byteCount <= configuration.limits.gatheredBytes / loopCount }

    var connectionCount: Int { connections.count }
    var scanLimit: Int { max(1, configuration.limits.scanQueue / loopCount) }
    var connectionLimit: Int { max(1, configuration.limits.connections / loopCount) }
    var exchangeCount: Int { exchanges.count }

    // MARK: Counts off the loop

    /// Counts of one account that wait. Whoever comes behind them waits for all of them.
    private static let countsOfAccount = 16

    /// Whether one more input may wait to be counted. Of what is left of the queue an account gets half, so that one that fills its part
    /// leaves room for the others.
    func mayCount(for account: AccountID) -> Bool {
        let left = max(1, configuration.limits.countQueue / loopCount) - countsWaiting
        return left > 0 && countsByAccount[account, default: 0] < min(Self.countsOfAccount, left / 2 + 1)
    }

    func countBegan(for account: AccountID) {
        countsWaiting += 1
        countsByAccount[account, default: 0] += 1
    }

    func countEnded(for account: AccountID) {
        countsWaiting -= 1
        countsByAccount[account, default: 1] -= 1
        if countsByAccount[account] == 0 { countsByAccount[account] = nil }
    }

    /// New requests are refused, idle connections closed.
    func drain() {
        isDraining = true
        for connection in Array(connections.values) { connection.closeIfIdle() }
    }

    /// The time for draining is over.
    func abort() {
        for exchange in Array(exchanges.values) { exchange.abort() }
        for connection in Array(connections.values) { connection.close() }
    }

    func reload(_ targets: [UpstreamTarget], routing: RoutingTable) {
        upstreams.retire()
        upstreams = UpstreamSet(
            targets, routing: routing, eventLoop: eventLoop, loopCount: loopCount, limits: configuration.limits)
    }
}
