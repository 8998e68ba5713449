import Hummingbird
import RelayDomain
import RelayStore

/// `/v1/webhooks`: the account's own. A suspended account may read, and stop what is sent; it starts nothing.
struct CustomerWebhookRoutes {
    let ledger: LedgerAccess

    var all: [Route] {
        [
            Route(.post, "/v1/webhooks") { [self] in try await create($0) },
            Route(.get, "/v1/webhooks") { [ledger] call in
                let customer = try await ledger.customer(of: call)
                return .json(try await ledger.webhookList(in: .account(customer.account.id), call.query("limit", "cursor")).json)
            },
        ]
            + WebhookRoutes(ledger: ledger, root: "/v1", disabledBecause: "disabled by its owner") { [ledger] call, isSending in
                let customer = try await ledger.customer(of: call)
                if isSending { try customer.requireActive() }
                return .account(customer.account.id)
            }.all
    }

    private func create(_ call: Call) async throws -> Response {
        let customer = try await ledger.customer(of: call)
        try customer.requireActive()
        var fields = try await call.fields()
        let terms = try ledger.webhookTerms(in: &fields, isOperator: false)
        try fields.finish()
        return .json(try await ledger.createWebhook(terms, of: customer.account.id).json, status: .created)
    }
}
