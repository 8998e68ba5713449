import RelayDomain

/// The shape of `WalletView`.
enum WalletSchemas {
    private static let tokens = CustomerSchemas.tokens
    private static let credits = CustomerSchemas.credits

    static let wallet = Schema.object([
        .field("account", .id(AccountKind.self)), .field("plan", .string.orNull),
        .field("next_plan", .string.orNull, "The plan that takes effect with the next month."),
        .field("credits", credits), .field("held_credits", credits), .field("available_credits", credits),
        .field("month", .string(pattern: "^[0-9]{4}-[0-9]{2}$")), .field("requests_in_flight", tokens),
        .field("concurrency", tokens.orNull),
        .field("rate", .object([.field("used", tokens), .field("limit", tokens.orNull), .field("remaining", tokens.orNull)])),
        .field(
            "meters",
            .object([
                .field("input", meter("allowance")), .field("output", meter("allowance")), .field("cached_read", meter("allowance")),
                .field("total", meter("cap")),
            ])),
        .field(
            "high_cost",
            .object([
                .field("used_credits", credits), .field("held_credits", credits), .field("budget_credits", credits.orNull),
                .field("remaining_credits", credits.orNull),
            ])),
        .field("resets_at", .time),
    ])

    private static func meter(_ limit: String) -> Schema {
        .object([.field("used", tokens), .field("held", tokens), .field(limit, tokens.orNull), .field("remaining", tokens.orNull)])
    }
}
