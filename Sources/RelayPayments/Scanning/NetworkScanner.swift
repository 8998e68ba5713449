import Logging
import RelayDomain
public import RelayStore
public import ServiceLifecycle

/// Writes every final payment of one network into the books, in the order of the chain, and never passes over a block.
public actor NetworkScanner: Service {
    /// How one step ended.
    public enum Outcome: Hashable, Sendable {
        /// Everything final is in the books.
        case caughtUp(cursor: Int64)
        /// There is more to scan.
        case behind(cursor: Int64)
        /// Another node scans this network.
        case standingBy
        /// The cursor stays.
        case failed(ScanFault)
        /// The books know the network as another chain.
        case otherChain(OtherChain)
        /// The books could not be written.
        case booksFailed
    }

    /// Spans in one step, after which the network is taken anew.
    private static let spansInStep = 20
    /// How long a span may be read for before the network is taken anew: well within the time for which the books keep it for a node, with
    /// one question to two endpoints in between.
    private static let renewMilliseconds: Int64 = 10_000
    /// Final blocks that an endpoint may be behind the books: by its age, or where it had told what is final and another one only counts.
    private static let greatestRetreat: Int64 = 10_000
    /// How long looks may fail before somebody is called.
    private static let patienceMilliseconds: Int64 = 300_000

    private let watch: ChainWatch
    private let book: any DepositBook
    private let isAwaited: @Sendable () async -> Bool
    private let whenCaughtUp: @Sendable (Int64) async -> Void
    private let logger: Logger
    private var size = SpanSize()
    private var heldAt: Int64 = 0
    private var lastOutcome: Outcome?
    /// Since when every look has failed.
    private var stalledSince: Int64?
    private var hasCalled = false

    /// - Parameters:
    ///   - isAwaited: whether anybody waits for a payment; while nobody does, blocks that are not final are not looked at.
    ///   - whenCaughtUp: called between two looks with the cursor, when everything final is in the books by this node's hand.
    public init(
        _ watch: ChainWatch, book: any DepositBook, isAwaited: @escaping @Sendable () async -> Bool,
        whenCaughtUp: @escaping @Sendable (Int64) async -> Void = { _ in }
    ) {
        self.watch = watch
        self.book = book
        self.isAwaited = isAwaited
        self.whenCaughtUp = whenCaughtUp
        logger = watch.logger
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                switch await self.step() {
                case .behind: continue
                case .caughtUp(let cursor): await self.whenCaughtUp(cursor)
                default: break
                }
                try? await self.watch.clock.sleep(self.watch.watched.poll)
            }
        }
    }

    /// Looks once, through another endpoint where one fails.
    public func step() async -> Outcome {
        let outcome = await attempts()
        if outcome != lastOutcome { log(outcome) }
        lastOutcome = outcome
        watchForStall(outcome)
        return outcome
    }

    private func attempts() async -> Outcome {
        var failures = 0
        while true {
            do {
                return try await look()
            } catch ScanFault.endpoint(let failure) {
                // Every turn makes the span smaller or counts: it ends.
                let isSmaller = failure.kind.asksForLess && size.halve()
                if failure.kind.isTooMuch, isSmaller { continue }
                await watch.pool.failed(failure)
                failures += 1
                guard failures <= watch.endpoints.count, await watch.pool.isAnyReady, !Task.isCancelled else {
                    return .failed(.endpoint(failure))
                }
            } catch let fault as ScanFault {
                switch fault {
                case .disagreement, .behindBooks: watch.metrics.disagreed()
                case .endpoint, .noEndpoint, .noWitness: break
                }
                return .failed(fault)
            } catch let other as OtherChain {
                return .otherChain(other)
            } catch {
                // Somebody else has taken the network while a span was read: a shorter one may be through in time.
                if let failure = error as? StoreFailure, failure.kind == .fenced { _ = size.halve() }
                logger.warning("the books of payments could not be written", metadata: ["error": "\(error)"])
                return .booksFailed
            }
        }
    }

    private func look() async throws -> Outcome {
        let network = watch.watched.network
        try watch.watch(also: try await book.watched(network))
        let panel = try await watch.pool.panel()
        guard var position = try await hold(panel) else { return .standingBy }
        guard position.cursor - panel.final <= Self.greatestRetreat else {
            throw ScanFault.behindBooks(final: panel.final, cursor: position.cursor)
        }
        for number in 0..<Self.spansInStep {
            let span = Span(after: position.cursor, to: panel.final, size: size, floor: position.start, isFirst: number == 0)
            guard let span, !Task.isCancelled else { break }
            let cursor = position.cursor
            let found = try await watch.transfers(in: span.blocks, panel) { try await self.renew(panel, at: cursor) }
            position = try await book.advance(network, from: position, to: span.end, deposits: found.deposits, sweeps: found.sweeps)
            size.grow()
            watch.metrics.found(found)
            watch.metrics.stands(head: panel.primary.head.number, final: panel.final, cursor: position.cursor)
            if !found.deposits.isEmpty { _ = try await book.settleDeposits(of: network) }
        }
        await watch.pool.succeeded(panel)
        watch.metrics.stands(head: panel.primary.head.number, final: panel.final, cursor: position.cursor)
        if position.cursor < panel.final { return .behind(cursor: position.cursor) }
        try await showWhatComes(after: position.cursor, panel)
        _ = try await book.settleDeposits(of: network)
        return .caughtUp(cursor: position.cursor)
    }

    private func hold(_ panel: Panel) async throws -> ScanPosition? {
        heldAt = watch.clock.uptime()
        return try await book.hold(watch.watched.network, on: panel.identity, startingAt: start(panel.final))
    }

    /// Goes on holding the network while a span is read, however long that takes.
    /// - Throws: ``StoreFailure``, of the kind `fenced` where another node has taken it.
    private func renew(_ panel: Panel, at cursor: Int64) async throws {
        guard watch.clock.uptime() - heldAt >= Self.renewMilliseconds else { return }
        guard try await hold(panel)?.cursor == cursor else {
            throw StoreFailure(.fenced, "\(watch.watched.network.rawValue) was taken by another node")
        }
    }

    /// The cursor of a network that was never scanned.
    private func start(_ final: Int64) -> Int64 {
        switch watch.watched.start {
        case .latest: final
        // Nothing is paid in a chain's first block.
        case .block(let number): max(number - 1, 0)
        }
    }

    /// For display alone. What fails here hinders no credit.
    private func showWhatComes(after cursor: Int64, _ panel: Panel) async throws {
        let sightings: [Sighting]
        do {
            sightings = await isAwaited() ? try await watch.sightings(after: cursor, panel) : []
        } catch {
            logger.debug("blocks that are not final could not be looked at", metadata: ["error": "\(error)"])
            return
        }
        try await book.show(watch.watched.network, sightings: sightings, head: panel.primary.head.number, final: panel.final)
    }

    /// Calls somebody where payments have not been looked for for minutes, whatever the reason: an endpoint without its witness, say.
    private func watchForStall(_ outcome: Outcome) {
        guard outcome.isFault else {
            stalledSince = nil
            hasCalled = false
            return watch.metrics.stalled(seconds: 0)
        }
        let now = watch.clock.uptime()
        let since = stalledSince ?? now
        stalledSince = since
        watch.metrics.stalled(seconds: (now - since) / 1_000)
        guard !hasCalled, now - since >= Self.patienceMilliseconds else { return }
        hasCalled = true
        logger.critical(
            "no payment is credited, for minutes: somebody has to look",
            metadata: ["seconds": "\((now - since) / 1_000)", "outcome": "\(outcome.words)"])
    }

    private func log(_ outcome: Outcome) {
        switch outcome {
        case .caughtUp, .behind:
            if let lastOutcome, lastOutcome.isFault { logger.notice("payments are scanned again") }
        case .standingBy: logger.info("another node scans for payments")
        case .failed(.disagreement(let what)):
            logger.critical("endpoints of a chain disagree: nothing is credited until somebody has looked", metadata: ["about": "\(what)"])
        case .failed(.behindBooks(let final, let cursor)):
            logger.critical(
                "the books are far ahead of the chain: nothing is scanned until somebody has looked",
                metadata: ["final": "\(final)", "cursor": "\(cursor)"])
        case .failed(let fault): logger.warning("payments could not be scanned", metadata: ["fault": "\(fault)"])
        case .otherChain(let other):
            logger.critical(
                "the books hold payments of another chain than the endpoints': nothing is scanned",
                metadata: [
                    "books": "\(other.known.chainID) \(other.known.genesis)", "endpoints": "\(other.found.chainID) \(other.found.genesis)",
                ])
        case .booksFailed: break
        }
    }
}

extension NetworkScanner.Outcome {
    /// For the log.
    fileprivate var words: String {
        switch self {
        case .failed(let fault): fault.description
        case .otherChain: "the books hold payments of another chain"
        case .booksFailed: "the books cannot be written"
        case .caughtUp, .behind, .standingBy: "payments are scanned"
        }
    }

    fileprivate var isFault: Bool {
        switch self {
        case .failed, .otherChain, .booksFailed: true
        case .caughtUp, .behind, .standingBy: false
        }
    }
}
