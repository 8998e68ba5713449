import AsyncHTTPClient
import CoreMetrics
import Logging
import RelayConsole
import RelayDomain
import RelayPayments
import RelayStore
import ServiceLifecycle

/// What the relay does about payments: a scanner for each network with endpoints, and what the control plane is told.
struct Payments: Sendable {
    /// For how long a node that lives and says nothing keeps a network; much longer than it sleeps between two looks, or reads one span.
    private static let leaseMilliseconds: Int64 = 600_000
    private static let sleepsInLease: Int64 = 3

    private let settings: PaymentSettings
    private let chains: [WatchedChain]
    private let http: HTTPClient
    private let logger: Logger

    /// - Parameter now: the time that all nodes agree upon.
    init(
        _ settings: PaymentSettings, now: @escaping @Sendable () -> Timestamp, metrics: any MetricsFactory,
        logger: Logger = Logger(label: "payments")
    ) {
        self.settings = settings
        self.logger = logger
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HTTPTransport.configuration)
        self.http = http
        chains = settings.networks.filter { !$0.endpoints.isEmpty }.map {
            WatchedChain($0, http: http, now: now, metrics: metrics, logger: logger)
        }
    }

    func close() async {
        try? await http.shutdown()
    }

    /// What each endpoint is, for `nexrelay check`.
    func inspect() async -> [(settings: NetworkSettings, inspection: NetworkInspection)] {
        await withTaskGroup(of: (Int, NetworkInspection).self) { group in
            for (index, chain) in chains.enumerated() { group.addTask { (index, await chain.watch.inspect()) } }
            var found: [(Int, NetworkInspection)] = []
            for await inspection in group { found.append(inspection) }
            return found.sorted { $0.0 < $1.0 }.map { (chains[$0.0].settings, $0.1) }
        }
    }

    var desk: PaymentDesk {
        PaymentDesk(
            offers: settings.networks.map { network in
                PaymentDesk.Offer(
                    network: network.network, addresses: network.addresses, contract: network.contract, decimals: network.decimals,
                    chainID: network.chainID, confirmationsNeeded: network.confirmations,
                    chain: chains.first { $0.settings.network == network.network })
            }, openMilliseconds: settings.openMinutes * 60_000, graceMilliseconds: settings.graceDays * 86_400_000,
            openOrders: settings.openOrders
        ) { terms, offer in
            PaymentURI.text(
                network: terms.network, chainID: offer.chainID, contract: offer.contract, recipient: terms.address, amount: terms.amount,
                decimals: terms.decimals)
        }
    }

    /// The scanners. On every node: the books say which of them works.
    func scanners(
        reader: LedgerReader, writer: LedgerWriter, dialect: SQLDialect, now: @escaping @Sendable () -> Timestamp
    ) -> [any Service] {
        let decimals = Dictionary(uniqueKeysWithValues: settings.networks.map { ($0.network, $0.decimals) })
        let minimums = settings.networks.reduce(into: [PaymentNetwork: TokenAmount]()) { $0[$1.network] = $1.minimum }
        return chains.map { chain in
            let (network, addresses) = (chain.settings.network, chain.settings.addresses)
            let book = PaymentBook(
                reader: reader, writer: writer, dialect: dialect,
                leaseMilliseconds: max(Self.leaseMilliseconds, Self.sleepsInLease * chain.settings.pollMilliseconds),
                decimals: { decimals[$0] ?? $0.decimals },
                minimum: { minimums[$0] ?? PaymentBook.minimum(decimals: decimals[$0] ?? $0.decimals) }, now: now)
            let comparison = BalanceComparison(chain.watch) { try await book.compare(network, balances: $0, at: $1) }
            return NetworkScanner(
                chain.watch, book: book,
                isAwaited: { (try? await reader.isPaymentAwaited(on: network, at: addresses, now: now())) ?? true },
                whenCaughtUp: { await comparison.look(at: $0) })
        }
    }
}
