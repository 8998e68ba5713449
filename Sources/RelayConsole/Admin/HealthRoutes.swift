import Hummingbird
import RelayStore

/// `GET /healthz`: the process is up. `GET /readyz`: it takes requests, that is, the ledger can be written; 503 otherwise.
struct HealthRoutes {
    let ledger: LedgerAccess

    var all: [Route] {
        [
            Route(.get, "/healthz") { _ in .json(["ok": .bool(true)]) },
            Route(.get, "/readyz") { [ledger] _ in
                let isReady = ledger.writer.isHealthy
                return .json(["ok": .bool(isReady)], status: isReady ? .ok : .serviceUnavailable)
            },
        ]
    }
}
