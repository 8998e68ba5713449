import Hummingbird
import RelayDomain

/// `/admin/v1/webhooks`, `/admin/v1/deliveries`.
enum WebhookAdministration {
    private static let tag = "Webhooks"
    private static let one = "/admin/v1/webhooks/{id}"
    private static let webhook = AdminDescription.id("id", WebhookKind.self)

    static let operations = [
        AdminDescription.post(
            "/admin/v1/webhooks", "createWebhook", tag, "Have a program told what happens; the answer has its secret, and no other has",
            body: [.optional("account", Schema.id(AccountKind.self).orNull, "Whose it is. Left out: the operator's own.")]
                + WebhookSchemas.terms(isOperator: true), answer: "Webhook", isCreation: true),
        AdminDescription.get(
            "/admin/v1/webhooks", "listWebhooks", tag, "Webhooks, newest first",
            parameters: [AdminDescription.ofAccount("An account's. Left out: the operator's own.")]
                + APIParameter.page(of: WebhookKind.self), answer: .list(of: "Webhook", "A page of webhooks.", headers: [])),
        AdminDescription.get(
            one, "getWebhook", tag, "One webhook, whosever it is", parameters: webhook,
            answer: .json(.named("Webhook"), "The webhook.", headers: [])),
        APIOperation(
            method: .delete, path: one, name: "deleteWebhook", tag: tag, summary: "Remove a webhook with its deliveries",
            parameters: webhook, answers: [.json(WebhookSchemas.deleted, "It is gone.", headers: [])],
            refusals: AdminDescription.refusals, furtherCodes: [.invalidJSON, .notFound, .requestTooLarge, .overloaded, .draining]),
        AdminDescription.post(
            one + "/rotate", "rotateWebhook", tag, "Make a new secret; messages are signed with both for 24 hours", parameters: webhook,
            answer: "Webhook"),
        AdminDescription.post(
            one + "/enable", "enableWebhook", tag, "Send to it again, from the next event on", parameters: webhook, answer: "Webhook"),
        AdminDescription.post(
            one + "/disable", "disableWebhook", tag, "Send nothing to it any more; deliveries that wait are given up", parameters: webhook,
            answer: "Webhook"),
        AdminDescription.get(
            one + "/deliveries", "listDeliveriesOfWebhook", tag, "What it was sent, newest first",
            parameters: webhook + [WebhookSchemas.ofState] + APIParameter.page(of: DeliveryKind.self),
            answer: .list(of: "Delivery", "A page of deliveries.", headers: [])),
        AdminDescription.get(
            "/admin/v1/deliveries", "listDeliveries", tag, "What was sent to anybody, newest first",
            parameters: [AdminDescription.ofAccount("Only those to its webhooks."), WebhookSchemas.ofState]
                + APIParameter.page(of: DeliveryKind.self), answer: .list(of: "Delivery", "A page of deliveries.", headers: [])),
        AdminDescription.post(
            "/admin/v1/deliveries/{id}/replay", "replayDelivery", tag, "Send a message again, whatever became of it",
            parameters: AdminDescription.id("id", DeliveryKind.self), answer: "Delivery"),
    ]
}
