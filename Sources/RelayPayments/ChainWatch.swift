public import CoreMetrics
public import Logging
import RelayDomain
import RelayStore
import Synchronization

/// Looks at one network, through whichever of its endpoints work.
public final class ChainWatch: Sendable {
    public let watched: WatchedNetwork
    let endpoints: [RPCEndpoint]
    let pool: EndpointPool
    let clock: ScanClock
    let metrics: ChainMetrics
    let logger: Logger
    let doubts: Doubts
    private let current: Mutex<[ChainAddress]>

    /// - Parameter transports: one for each endpoint, in the order in which they are asked, with the name that logs give it
    ///   (``EndpointLocation/name(_:)``). No two names are the same. With two or more, two have to agree before money moves, and while
    ///   one alone works nothing moves. A single one is believed whatever it says: who owns it, or sits between it and here, can credit
    ///   anybody with anything.
    public init(
        _ watched: WatchedNetwork, transports: [(name: String, transport: any RPCTransport)], clock: ScanClock, metrics: any MetricsFactory,
        logger: Logger
    ) {
        self.watched = watched
        self.clock = clock
        self.metrics = ChainMetrics(watched.network, metrics)
        var logger = logger
        logger[metadataKey: "network"] = "\(watched.network.rawValue)"
        self.logger = logger
        endpoints = transports.map { RPCEndpoint(name: $0.name, transport: $0.transport) }
        doubts = Doubts(metrics: self.metrics, logger: logger)
        current = Mutex(watched.addresses)
        pool = EndpointPool(watched, endpoints, clock: clock, metrics: self.metrics, logger: logger)
    }

    /// Looks for transfers of these addresses beside the configured ones, from now on: orders at addresses that were taken off the
    /// configuration may still be paid.
    func watch(also texts: [String]) throws {
        let more = try texts.map { text in
            guard let address = ChainAddress(text, on: watched.network) else { throw StoreFailure(.corrupt, "no address: \(text)") }
            return address
        }
        let configured = Set(watched.addresses)
        current.withLock { $0 = watched.addresses + more.filter { !configured.contains($0) } }
    }

    /// Whose transfers are looked for now.
    var addresses: [ChainAddress] { current.withLock { $0 } }

    /// Reads logs and receipts for the addresses that are watched now.
    var reading: TransferReading {
        TransferReading(network: watched.network, contract: watched.contract, addresses: Set(addresses))
    }

    /// A final block.
    func block(_ number: Int64, _ panel: Panel) async throws(ScanFault) -> ChainBlock {
        try await panel.agreed(on: "block \(number)") { endpoint async throws(RPCFailure) in try await endpoint.block(.number(number)) }
    }
}
