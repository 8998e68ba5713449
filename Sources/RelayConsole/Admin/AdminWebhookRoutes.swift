import Hummingbird
import RelayDomain
import RelayStore

/// `/admin/v1/webhooks`, `/admin/v1/deliveries`: the operator's own, and every account's.
struct AdminWebhookRoutes {
    let ledger: LedgerAccess

    var all: [Route] {
        [
            Route(.post, "/admin/v1/webhooks") { [self] in try await create($0) },
            Route(.get, "/admin/v1/webhooks") { [ledger] call in
                let query = try call.query("account", "limit", "cursor")
                let account = try query.identifier("account", AccountKind.self)
                return .json(try await ledger.webhookList(in: account.map { WebhookScope.account($0) } ?? .operators, query).json)
            },
            Route(.get, "/admin/v1/deliveries") { [ledger] call in
                let query = try call.query("account", "state", "limit", "cursor")
                let account = try query.identifier("account", AccountKind.self)
                return .json(try await ledger.deliveryList(in: account.map { WebhookScope.account($0) } ?? .all, query).json)
            },
        ]
            + WebhookRoutes(ledger: ledger, root: "/admin/v1", disabledBecause: "disabled by the operator") { _, _ in .all }.all
    }

    private func create(_ call: Call) async throws -> Response {
        var fields = try await call.fields()
        let account = try fields.optionalIdentifier("account", AccountKind.self)
        let terms = try ledger.webhookTerms(in: &fields, isOperator: account == nil)
        try fields.finish()
        return .json(try await ledger.createWebhook(terms, of: account).json, status: .created)
    }
}
