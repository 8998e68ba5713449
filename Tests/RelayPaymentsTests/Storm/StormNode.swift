import AsyncHTTPClient
import Logging
import RelayDomain
import RelayMetrics
import RelayPayments
import RelayStore

/// One relay as far as payments go: a writer on the books, a scanner over all endpoints, and nothing that outlives it but the books.
final class StormNode: Sendable {
    /// What all nodes of a storm have.
    struct World: Sendable {
        let network: WatchedNetwork
        let urls: [String]
        let http: HTTPClient
        let clock: StormClock
        let ledger: Ledger
        let books: StormBooks
        /// Of two or more: then each keeps its own lease.
        let isShared: Bool
        let mutant: StormMutant?
    }

    let lifeline: Lifeline
    let writer: LedgerWriter
    let book: StormBook
    let watch: ChainWatch
    let scanner: NetworkScanner
    let comparison: BalanceComparison
    private let store: any LedgerStore
    private let ownsStore: Bool

    init(_ name: String, in world: World, observer: any StormObserver) throws {
        var limits = LedgerWriterLimits()
        limits.retryMilliseconds = 1
        // While a node lives it is its transactions that fail, in their order.
        limits.heartbeatMilliseconds = 3_600_000
        limits.stopSeconds = 0
        let logger = Logger(label: "storm") { _ in SwiftLogNoOpLogHandler() }
        (store, ownsStore) = try world.books.open()
        writer = LedgerWriter(ledger: world.ledger, limits: limits, logger: logger)
        // Whoever waits for a dead node's answer is told that there is none.
        lifeline = Lifeline { [writer] in Task { await writer.stop() } }
        let session = NodeSession(
            StormSession(store.writerSession(), lifeline, world.mutant), name: name, isShared: world.isShared, dialect: store.dialect,
            now: { [clock = world.clock] in clock.now })
        nonisolated(unsafe) let sending = session
        writer.start(on: sending)
        let reader = LedgerReader(source: StormSource(base: store, lifeline: lifeline, mutant: world.mutant))
        let base = PaymentBook(
            reader: reader, writer: writer, dialect: store.dialect, leaseMilliseconds: world.books.leaseMilliseconds,
            now: { [clock = world.clock] in clock.now })
        book = StormBook(base: base, lifeline: lifeline, observer: observer, mutant: world.mutant)
        let urls = world.mutant == .believesOneAlone ? Array(world.urls.prefix(1)) : world.urls
        let transports = urls.enumerated().map { [lifeline] index, url in
            let location = EndpointLocation(url)!
            let transport = StormTransport(
                base: HTTPTransport(location, http: world.http), lifeline: lifeline, observer: observer, mutant: world.mutant)
            return (name: location.name(index + 1), transport: transport as any RPCTransport)
        }
        watch = ChainWatch(
            world.network, transports: transports, clock: world.clock.scanClock, metrics: PrometheusRegistry(), logger: logger)
        scanner = NetworkScanner(watch, book: book, isAwaited: { true })
        comparison = BalanceComparison(watch) { try await base.compare(world.network.network, balances: $0, at: $1) }
    }

    /// Ends the process, wherever it is.
    func end() async {
        lifeline.die()
        await writer.stop()
        if ownsStore { try? store.close() }
    }
}
