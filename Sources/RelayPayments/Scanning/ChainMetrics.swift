import CoreMetrics
import RelayDomain

/// What is measured of each network, all with the label `network`.
///
/// | metric | |
/// |---|---|
/// | `nexrelay_chain_head`, `nexrelay_chain_final`, `nexrelay_chain_cursor` | gauges, blocks |
/// | `nexrelay_chain_lag` | gauge: final blocks that are not scanned yet |
/// | `nexrelay_chain_failures_total` | `kind`: failures of endpoints |
/// | `nexrelay_chain_disagreements_total` | endpoints that contradicted each other, or the books: somebody has to look |
/// | `nexrelay_chain_doubtful_total` | transactions that could not be read whole: somebody has to look |
/// | `nexrelay_chain_stalled_seconds` | gauge: for how long every look has failed; 0 while looks succeed |
/// | `nexrelay_chain_balance_difference` | gauge, tokens: what the addresses hold less what the books say |
/// | `nexrelay_chain_transfers_total` | `direction`: `in` and `out`, as often as they were found |
struct ChainMetrics: Sendable {
    private let head: Meter
    private let final: Meter
    private let cursor: Meter
    private let lag: Meter
    private let difference: Meter
    private let failures: [RPCFailure.Kind: Counter]
    private let disagreements: Counter
    private let doubts: Counter
    private let stalled: Meter
    private let incoming: Counter
    private let outgoing: Counter

    init(_ network: PaymentNetwork, _ factory: any MetricsFactory) {
        let label = [("network", network.rawValue)]
        func meter(_ name: String) -> Meter { Meter(label: "nexrelay_chain_\(name)", dimensions: label, factory: factory) }
        func counter(_ name: String, _ dimensions: [(String, String)] = []) -> Counter {
            Counter(label: "nexrelay_chain_\(name)_total", dimensions: label + dimensions, factory: factory)
        }
        head = meter("head")
        final = meter("final")
        cursor = meter("cursor")
        lag = meter("lag")
        difference = meter("balance_difference")
        failures = Dictionary(uniqueKeysWithValues: RPCFailure.Kind.allCases.map { ($0, counter("failures", [("kind", $0.rawValue)])) })
        disagreements = counter("disagreements")
        doubts = counter("doubtful")
        stalled = meter("stalled_seconds")
        incoming = counter("transfers", [("direction", "in")])
        outgoing = counter("transfers", [("direction", "out")])
    }

    func stands(head: Int64, final: Int64, cursor: Int64) {
        self.head.set(head)
        self.final.set(final)
        self.cursor.set(cursor)
        lag.set(max(final - cursor, 0))
    }

    /// For the eye: the books themselves are compared to the last unit.
    func compared(held: TokenAmount, expected: TokenAmount, decimals: Int) {
        let units = held >= expected ? Double(held.less(expected).units) : -Double(expected.less(held).units)
        difference.set((0..<decimals).reduce(units) { quotient, _ in quotient / 10 })
    }

    func failed(_ kind: RPCFailure.Kind) { failures[kind]?.increment() }
    func doubted() { doubts.increment() }
    func stalled(seconds: Int64) { stalled.set(seconds) }
    func disagreed() { disagreements.increment() }

    func found(_ transfers: FoundTransfers) {
        incoming.increment(by: Int64(transfers.deposits.count))
        outgoing.increment(by: Int64(transfers.sweeps.count))
    }
}
