import RelayDomain

/// The shape of `ReceiptView`.
enum ReceiptSchemas {
    static let all: [(name: String, schema: Schema)] = [("Receipt", receipt), ("Attempt", attempt)]

    private static let tokens = CustomerSchemas.tokens
    private static let credits = CustomerSchemas.credits

    private static let receipt = Schema.object([
        .field("id", .id(RequestKind.self)), .field("account", .id(AccountKind.self)), .field("key", .id(KeyKind.self)),
        .field("created_at", .time),
        .field("endpoint", .string), .field("stream", .boolean), .field("requested_model", .string.orNull),
        .field("model", .string, "The model that served."),
        .field("state", .words(Receipt.State.allCases.map(\.rawValue))),
        .field(
            "usage",
            .object([
                .field("input", tokens), .field("output", tokens), .field("cached_read", tokens), .field("reasoning", tokens),
                .field("source", .words(Usage.Source.allCases.map(\.rawValue))),
            ])),
        .field("prices", .named("Prices")),
        .field("credits", .object([.field("held", credits), .field("charged", credits), .field("absorbed", credits)])),
        .field("balance_after_credits", credits.orNull), .field("max_output_tokens", tokens),
        .field("attempts", .array(of: .named("Attempt"))), .field("first_byte_milliseconds", tokens.orNull),
        .field("milliseconds", tokens.orNull), .field("client_disconnected", .boolean), .field("client_retry_count", tokens),
        .field("idempotency_key", .string.orNull), .field("replayed_from", Schema.id(RequestKind.self).orNull),
        .optional("not_billed_because", .string, "Where the request has ended and cost nothing."),
        .optional(
            "settled_late", .boolean,
            "True where the hold had expired before the usage was known: what was left was charged, and the rest is absorbed."),
        .optional("expired_at", .time, "When the hold expired: in the state `expired`, and where it was settled late."),
    ])

    private static let attempt = Schema.object([
        .field("upstream", .string), .field("model", .string), .field("outcome", .words(Attempt.Outcome.allCases.map(\.rawValue))),
        .field("status", .integer.orNull), .field("milliseconds", tokens), .field("not_billed_because", .string.orNull),
    ])
}
