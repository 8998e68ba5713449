import CoreMetrics
import RelayDomain

/// What the data plane counts on one event loop. Every metric object is made once and found by its labels.
///
/// | metric | labels |
/// |---|---|
/// | `nexrelay_requests_total` | `endpoint`, `model`, `status`: relayed requests, by the status that their client got |
/// | `nexrelay_refusals_total` | `code` |
/// | `nexrelay_attempts_total` | `upstream`, `outcome` |
/// | `nexrelay_tokens_total` | `meter`: as reported or estimated |
/// | `nexrelay_credits_charged_total` | whole credits, rounded down for each request |
/// | `nexrelay_request_seconds` | from a request's arrival to its end |
/// | `nexrelay_open_exchanges`, `nexrelay_open_holds`, `nexrelay_drains`, `nexrelay_connections` | gauges |
final class GatewayMetrics {
    private struct RequestLabels: Hashable {
        let endpoint: String
        let model: String
        let status: Int
    }

    private struct AttemptLabels: Hashable {
        let upstream: String
        let outcome: Attempt.Outcome
    }

    let openExchanges: Meter
    let openHolds: Meter
    let drains: Meter
    let connections: Meter
    private let factory: any MetricsFactory
    private let requestSeconds: Timer
    private let tokens: (input: Counter, output: Counter, cachedRead: Counter)
    private let credits: Counter
    private var requests: [RequestLabels: Counter] = [:]
    private var attempts: [AttemptLabels: Counter] = [:]
    private var refusals: [Refusal.Code: Counter] = [:]

    init(_ factory: any MetricsFactory) {
        self.factory = factory
        func meter(_ name: String) -> Meter { Meter(label: "nexrelay_\(name)", dimensions: [], factory: factory) }
        func counter(_ name: String, _ dimensions: [(String, String)] = []) -> Counter {
            Counter(label: "nexrelay_\(name)", dimensions: dimensions, factory: factory)
        }
        openExchanges = meter("open_exchanges")
        openHolds = meter("open_holds")
        drains = meter("drains")
        connections = meter("connections")
        requestSeconds = Timer(label: "nexrelay_request_seconds", dimensions: [], factory: factory)
        tokens = (
            counter("tokens_total", [("meter", "input")]), counter("tokens_total", [("meter", "output")]),
            counter("tokens_total", [("meter", "cached_read")])
        )
        credits = counter("credits_charged_total")
    }

    /// A relayed request is over.
    /// - Parameters:
    ///   - model: the one that was held for; `none` where none was.
    ///   - status: what the client got, or would have.
    func ended(endpoint: String, model: String, status: Int, nanoseconds: Int64) {
        let labels = RequestLabels(endpoint: endpoint, model: model, status: status)
        if requests[labels] == nil {
            requests[labels] = Counter(
                label: "nexrelay_requests_total", dimensions: [("endpoint", endpoint), ("model", model), ("status", String(status))],
                factory: factory)
        }
        requests[labels]!.increment()
        requestSeconds.recordNanoseconds(nanoseconds)
    }

    func refused(_ code: Refusal.Code) {
        if refusals[code] == nil {
            refusals[code] = Counter(label: "nexrelay_refusals_total", dimensions: [("code", code.rawValue)], factory: factory)
        }
        refusals[code]!.increment()
    }

    func attempted(_ upstream: String, _ outcome: Attempt.Outcome) {
        let labels = AttemptLabels(upstream: upstream, outcome: outcome)
        if attempts[labels] == nil {
            attempts[labels] = Counter(
                label: "nexrelay_attempts_total", dimensions: [("upstream", upstream), ("outcome", outcome.rawValue)], factory: factory)
        }
        attempts[labels]!.increment()
    }

    func charged(_ usage: Usage, _ amount: Credits) {
        if usage.tokens.input > 0 { tokens.input.increment(by: usage.tokens.input) }
        if usage.tokens.output > 0 { tokens.output.increment(by: usage.tokens.output) }
        if usage.tokens.cachedRead > 0 { tokens.cachedRead.increment(by: usage.tokens.cachedRead) }
        credits.increment(by: amount.thousandths / 1_000)
    }
}
