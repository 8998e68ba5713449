import CoreMetrics
import RelayDomain
import RelayGateway
import RelayMetrics
import RelayStore

/// All metrics of the program, and those that are only known when somebody asks.
struct ProgramMetrics: Sendable {
    let registry = PrometheusRegistry(help: [
        "nexrelay_requests_total": "Relayed requests, by the status that their client got.",
        "nexrelay_refusals_total": "Refusals, by the contract's code.",
        "nexrelay_attempts_total": "Calls of upstreams, by what they came to.",
        "nexrelay_tokens_total": "Tokens that were charged, by meter.",
        "nexrelay_credits_charged_total": "Credits that were charged, fractions left out.",
        "nexrelay_request_seconds": "From a request's arrival to its end.",
        "nexrelay_circuit_state": "Of an upstream and model: 0 closed, 1 half open, 2 open.",
        "nexrelay_ledger_queued_commands": "Commands that wait for the ledger.",
        "nexrelay_ledger_batch_commands": "Commands that were committed together.",
        "nexrelay_ledger_commit_seconds": "From a batch's first read to its commit.",
        "nexrelay_ledger_writable": "1 while the ledger can commit.",
        "nexrelay_chain_head": "Of a network that is scanned for payments: the newest block.",
        "nexrelay_chain_final": "The newest block that is final.",
        "nexrelay_chain_cursor": "The block up to which every payment is in the books.",
        "nexrelay_chain_lag": "Final blocks that are not scanned yet.",
        "nexrelay_chain_failures_total": "Failures of the network's endpoints.",
        "nexrelay_chain_disagreements_total": "Endpoints that contradicted each other, or the books: somebody has to look.",
        "nexrelay_chain_doubtful_total": "Transactions that could not be read whole: somebody has to look.",
        "nexrelay_chain_stalled_seconds": "For how long every look at the network has failed.",
        "nexrelay_chain_balance_difference": "Tokens that the addresses hold beyond what the books say.",
        "nexrelay_chain_transfers_total": "Transfers to and from the addresses, as often as they were found.",
        "nexrelay_webhook_deliveries_total": "Attempts to tell a webhook, by what became of the delivery.",
        "nexrelay_webhook_delivery_seconds": "One attempt to tell a webhook.",
        "nexrelay_webhook_underway": "Attempts that are on the way from this node.",
        "nexrelay_webhook_late_seconds": "For how long the first delivery that waits has been due.",
        "nexrelay_build_info": "The program's version.",
    ])

    init() {
        Meter(label: "nexrelay_build_info", dimensions: [("version", Build.version)], factory: registry).set(1)
    }

    /// Has what changes by itself read at every rendering.
    func watch(gateway: Gateway, writer: LedgerWriter) {
        let queued = Meter(label: "nexrelay_ledger_queued_commands", dimensions: [], factory: registry)
        let writable = Meter(label: "nexrelay_ledger_writable", dimensions: [], factory: registry)
        registry.onRender { [registry] in
            queued.set(writer.queuedCount)
            writable.set(writer.isHealthy ? 1 : 0)
            for health in gateway.health {
                Meter(
                    label: "nexrelay_circuit_state", dimensions: [("upstream", health.upstream), ("model", health.model)], factory: registry
                ).set(Self.number(of: health.state))
            }
        }
    }

    private static func number(of state: Circuit.State) -> Int {
        switch state {
        case .closed: 0
        case .halfOpen: 1
        case .open: 2
        }
    }
}

/// What this program is.
enum Build {
    static let version = "0.4.0"
}
