import Hummingbird
import RelayDomain

/// `/v1/webhooks`, `/v1/deliveries`.
enum WebhookDescription {
    private static let tag = "Webhooks"
    private static let webhook = [APIParameter.path("id", .string, "Its id.")]
    private static let bodyCodes: [Refusal.Code] = [.invalidJSON, .notFound]
    private static let one = "/v1/webhooks/{id}"

    static let operations = [
        APIOperation(
            method: .post, path: "/v1/webhooks", name: "createWebhook", tag: tag, summary: "Have a program told what happens",
            text: """
                Messages are signed as Standard Webhooks says, with the `secret` that this answer has and no other. At most \
                \(Webhook.limit) an account.
                """,
            body: Schema.object(WebhookSchemas.terms(isOperator: false)).with("additionalProperties", .bool(false)),
            answers: [.json(.named("Webhook"), "The webhook, with its secret.", status: 201)], refusals: AccountDescription.refusals,
            example: ["url": .string("https://hooks.example/nexrelay"), "events": .array([.string("recharge.credited")])],
            furtherCodes: bodyCodes + [.accountSuspended, .conflict]),
        APIOperation(
            method: .get, path: "/v1/webhooks", name: "listWebhooks", tag: tag, summary: "The account's webhooks, newest first",
            parameters: APIParameter.page(of: WebhookKind.self), answers: [.list(of: "Webhook", "A page of webhooks.")],
            refusals: AccountDescription.refusals),
        APIOperation(
            method: .get, path: one, name: "getWebhook", tag: tag, summary: "One webhook", parameters: webhook,
            answers: [.json(.named("Webhook"), "The webhook.")], refusals: AccountDescription.refusals, furtherCodes: [.notFound]),
        APIOperation(
            method: .delete, path: one, name: "deleteWebhook", tag: tag, summary: "Remove a webhook with its deliveries",
            parameters: webhook, answers: [.json(WebhookSchemas.deleted, "It is gone.")], refusals: AccountDescription.refusals,
            furtherCodes: bodyCodes),
        post(
            "/rotate", "rotateWebhook", "Make a new secret",
            """
            The answer has it, and no other has. For 24 hours messages are signed with both secrets; the one before those two is \
            forgotten at once.
            """),
        post(
            "/enable", "enableWebhook", "Send to it again", "From the next event on. What was given up meanwhile can be replayed.",
            furtherCodes: [.accountSuspended]),
        post("/disable", "disableWebhook", "Send nothing to it any more", "Deliveries that wait are given up."),
        APIOperation(
            method: .get, path: one + "/deliveries", name: "listDeliveries", tag: tag, summary: "What it was sent, newest first",
            text: "Those that have ended are kept for 30 days.",
            parameters: webhook + [WebhookSchemas.ofState] + APIParameter.page(of: DeliveryKind.self),
            answers: [.list(of: "Delivery", "A page of deliveries.")], refusals: AccountDescription.refusals, furtherCodes: [.notFound]),
        APIOperation(
            method: .post, path: "/v1/deliveries/{id}/replay", name: "replayDelivery", tag: tag,
            summary: "Send a message again, whatever became of it", text: "It has the same `webhook-id` and the same body.",
            parameters: webhook, answers: [.json(.named("Delivery"), "The delivery, as it now stands.")],
            refusals: AccountDescription.refusals, furtherCodes: bodyCodes + [.accountSuspended, .conflict]),
    ]

    private static func post(
        _ action: String, _ name: String, _ summary: String, _ text: String, furtherCodes: [Refusal.Code] = []
    ) -> APIOperation {
        APIOperation(
            method: .post, path: one + action, name: name, tag: tag, summary: summary, text: text, parameters: webhook,
            answers: [.json(.named("Webhook"), "The webhook, as it now stands.")], refusals: AccountDescription.refusals,
            furtherCodes: bodyCodes + furtherCodes)
    }
}
