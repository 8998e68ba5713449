import Hummingbird
import RelayDomain
import RelayStore

/// What can be done with a webhook or a delivery that is there: the same for customers and for the operator, below another path.
struct WebhookRoutes {
    /// Whose webhooks a call may reach.
    /// - Parameter isSending: whether messages may go out because of it.
    typealias Gate = @Sendable (_ call: Call, _ isSending: Bool) async throws -> WebhookScope

    let ledger: LedgerAccess
    /// `/v1`
    let root: String
    /// What stands where somebody has disabled a webhook.
    let disabledBecause: String
    let gate: Gate

    var all: [Route] {
        let one = "\(root)/webhooks/{id}"
        return [
            Route(.get, one) { [self] call in view(of: try await ledger.webhook(of: call, in: gate(call, false))) },
            Route(.delete, one) { [self] in try await delete($0) },
            Route(.post, one + "/rotate") { [self] in try await rotate($0) },
            Route(.post, one + "/enable") { [self] in
                try await change($0, isSending: true) { try await ledger.webhookBook.enable($0, in: $1) }
            },
            Route(.post, one + "/disable") { [self] in
                try await change($0, isSending: false) {
                    try await ledger.webhookBook.disable($0, in: $1, because: disabledBecause)
                }
            },
            Route(.get, one + "/deliveries") { [self] call in
                let scope = try await gate(call, false)
                let webhook = try await ledger.webhook(of: call, in: scope)
                return .json(try await ledger.deliveryList(in: scope, of: webhook.id, call.query("state", "limit", "cursor")).json)
            },
            Route(.post, "\(root)/deliveries/{id}/replay") { [self] in try await replay($0) },
        ]
    }

    private func delete(_ call: Call) async throws -> Response {
        let scope = try await gate(call, false)
        let id: WebhookID = try call.identifier("id", of: "webhook")
        try await call.fields().finish()
        try await ledger.webhookBook.delete(id, in: scope)
        return .json(["id": .id(id), "deleted": .bool(true)])
    }

    /// The answer has the new secret, and no other has.
    private func rotate(_ call: Call) async throws -> Response {
        let scope = try await gate(call, false)
        let id: WebhookID = try call.identifier("id", of: "webhook")
        try await call.fields().finish()
        let (now, secret) = (ledger.now(), WebhookSecret.fresh())
        let webhook = try await ledger.webhookBook.rotate(id, in: scope, to: ledger.webhooks.seal(secret, id), at: now)
        return .json(WebhookView(webhook: webhook, secret: secret, now: now).json)
    }

    private func change(
        _ call: Call, isSending: Bool, _ body: (WebhookID, WebhookScope) async throws -> Webhook
    ) async throws -> Response {
        let scope = try await gate(call, isSending)
        let id: WebhookID = try call.identifier("id", of: "webhook")
        try await call.fields().finish()
        return view(of: try await body(id, scope))
    }

    private func replay(_ call: Call) async throws -> Response {
        let scope = try await gate(call, true)
        let id: DeliveryID = try call.identifier("id", of: "delivery")
        try await call.fields().finish()
        let delivery = try await ledger.webhookBook.replay(id, in: scope, at: ledger.now())
        ledger.webhooks.wake()
        return .json(DeliveryView(delivery: delivery).json)
    }

    private func view(of webhook: Webhook) -> Response { .json(WebhookView(webhook: webhook, now: ledger.now()).json) }
}
