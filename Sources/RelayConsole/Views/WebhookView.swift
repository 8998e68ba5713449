import RelayDomain

/// Where events are sent. `account` is null for the operator's own; no `events` are all of them.
struct WebhookView {
    let webhook: Webhook
    /// Only in the answer to its creation or its rotation.
    var secret: WebhookSecret?
    let now: Timestamp

    var json: JSONValue {
        let formerUntil = webhook.formerSecret.map(\.until).flatMap { $0 > now ? $0 : nil }
        let json: JSONValue = [
            "id": .id(webhook.id),
            "account": .text(webhook.account?.description),
            "url": .string(webhook.url),
            "events": .array(webhook.events.map { .string($0.rawValue) }),
            "state": .string(webhook.state.rawValue),
            "disabled_because": .text(webhook.disabledBecause),
            "failing_since": .time(webhook.failingSince),
            "former_secret_until": .time(formerUntil),
            "created_at": .time(webhook.createdAt),
        ]
        return secret.map { json.appending("secret", .string($0.text)) } ?? json
    }
}
