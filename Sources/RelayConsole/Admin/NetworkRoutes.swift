import Hummingbird
import RelayDomain
import RelayStore

/// `GET /admin/v1/networks`: those that are configured, and those that once were and have been scanned.
struct NetworkRoutes {
    let ledger: LedgerAccess

    var all: [Route] {
        [
            Route(.get, "/admin/v1/networks") { [ledger] call in
                _ = try call.query()
                let views = try await ledger.reader.networks().compactMap { status -> JSONValue? in
                    let offer = ledger.payments.offer(status.network)
                    guard offer != nil || status.cursor != nil else { return nil }
                    return NetworkView(offer: offer, status: status, now: ledger.now()).json
                }
                return .json(ListView(all: views).json)
            }
        ]
    }
}
