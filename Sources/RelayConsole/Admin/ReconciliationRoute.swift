import Hummingbird
import RelayStore

/// `GET /admin/v1/reconciliation`: every invariant of the books. 200 with findings too; `ok` says whether there are any.
struct ReconciliationRoute {
    let ledger: LedgerAccess

    var route: Route {
        Route(.get, "/admin/v1/reconciliation") { [ledger] _ in
            .json(ReconciliationView(reconciliation: try await ledger.reader.reconcile()).json)
        }
    }
}
