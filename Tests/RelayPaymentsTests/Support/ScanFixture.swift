import Logging
import RelayDomain
import RelayMetrics
import RelayStore
import RelayTestKit

@testable import RelayPayments

/// A scanner over endpoints that are written down, with books in memory.
struct ScanFixture {
    let clock: ManualClock
    let book: MemoryDepositBook
    let lines = LogLines()
    let registry = PrometheusRegistry()
    let endpoints: [ScriptedEndpoint]
    let watch: ChainWatch
    let scanner: NetworkScanner

    static let secret = "s3cr3t-k3y"

    init(
        _ endpoints: [ScriptedEndpoint], network: PaymentNetwork = .ethereum, contract: String = ScriptedChain.contract,
        addresses: [String] = [ScriptedChain.ours], chainID: UInt64 = 1, finality: Finality = .finalized, start: ScanStart = .block(1),
        isAwaited: Bool = true, depth: Int64? = 30, clock: ManualClock = ManualClock()
    ) {
        self.clock = clock
        book = MemoryDepositBook(clock: clock)
        self.endpoints = endpoints
        let watched = WatchedNetwork(
            network: network, contract: ChainAddress(contract, on: network)!, decimals: 6, chainID: chainID,
            addresses: addresses.map { ChainAddress($0, on: network)! }, finality: finality, confirmations: 30, depth: depth, start: start)
        let transports = endpoints.enumerated().map { (name: "node.example#\($0 + 1)", transport: $1 as any RPCTransport) }
        watch = ChainWatch(watched, transports: transports, clock: clock.scanClock, metrics: registry, logger: lines.logger)
        scanner = NetworkScanner(watch, book: book, isAwaited: { isAwaited })
    }

    /// Lets every back-off pass, and looks again.
    func later() async -> NetworkScanner.Outcome {
        clock.move(milliseconds: BackOff.greatestMilliseconds)
        return await scanner.step()
    }

    var deposits: [ChainTransfer] { book.state.deposits.values.sorted { $0.id < $1.id } }
}
