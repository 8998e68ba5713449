import Hummingbird
import RelayDomain

/// `GET /v1/plans`, for everyone: what a recharge costs and brings, and beside it what each model costs.
struct PlansRoute {
    let ledger: LedgerAccess

    var route: Route {
        Route(.get, "/v1/plans") { [ledger] _ in
            let catalogue = ledger.catalogue
            return .json(
                ListView(all: catalogue.plans.map { PlanView(plan: $0).json }).json
                    .appending("models", .array(catalogue.models.map { ModelView(model: $0).terms })))
        }
    }
}
