import RelayDomain

/// The shapes of webhooks and deliveries, which customers and the operator get alike.
enum WebhookSchemas {
    static let all: [(name: String, schema: Schema)] = [("Webhook", webhook), ("Delivery", delivery)]

    /// `WebhookView`.
    private static let webhook = Schema.object([
        .field("id", .id(WebhookKind.self)),
        .field("account", Schema.id(AccountKind.self).orNull, "Null for the operator's own, which is told of every account."),
        .field("url", .string), .field("events", .array(of: kind), "What it is told of; empty for all."),
        .field("state", .words(Webhook.State.allCases.map(\.rawValue))), .field("disabled_because", Schema.string.orNull),
        .field("failing_since", Schema.time.orNull, "Since when attempts have failed without one success."),
        .field("former_secret_until", Schema.time.orNull, "While a rotation is recent: until when messages are signed with both secrets."),
        .field("created_at", .time),
        .optional("secret", .string(pattern: "^whsec_[A-Za-z0-9+/]{43}=$"), "Only where it was just made."),
    ])

    /// `DeliveryView`.
    private static let delivery = Schema.object([
        .field("id", .id(DeliveryKind.self)), .field("webhook", .id(WebhookKind.self)),
        .field("account", Schema.id(AccountKind.self).orNull, "Whose webhook it is."),
        .field("event", .string, "What the receiver sees as `webhook-id`."), .field("type", kind), .field("state", state),
        .field("attempts", CustomerSchemas.tokens, "Those that were begun, since the creation or the last replay."),
        .field("last_status", Schema.integer.orNull, "Of the last answer."), .field("last_error", Schema.string.orNull),
        .field("next_attempt_at", Schema.time.orNull), .field("created_at", .time), .field("delivered_at", Schema.time.orNull),
    ])

    private static let kind = Schema.words(WebhookEvent.Kind.allCases.map(\.rawValue))
    private static let state = Schema.words(Delivery.State.allCases.map(\.rawValue))

    /// What is sent to make one.
    static func terms(isOperator: Bool) -> [Schema.Member] {
        let kinds = WebhookEvent.Kind.known(toOperator: isOperator).map(\.rawValue)
        return [
            .field("url", .text(.url), "`https://`, to a public address; the operator may allow others."),
            .optional("events", Schema.array(of: .words(kinds)).orNull, "Each once. Left out: all."),
        ]
    }

    /// What a `DELETE` is answered with.
    static let deleted = Schema.object([.field("id", .id(WebhookKind.self)), .field("deleted", .constant(.bool(true)))])

    static let ofState = APIParameter.query("state", state, "Only those.")
}
