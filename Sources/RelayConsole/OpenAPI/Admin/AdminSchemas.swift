import RelayDomain

/// The shapes of what the operator sends and gets, beside those that customers get too.
enum AdminSchemas {
    static let all: [(name: String, schema: Schema)] = [
        ("Account", account), ("Key", key), ("Review", review),
        ("UpstreamHealth", upstreamHealth), ("Reconciliation", reconciliation), ("UpstreamDrift", upstreamDrift), ("Backup", backup),
    ]

    private static let count = CustomerSchemas.tokens
    private static let credits = CustomerSchemas.credits

    static let month = Schema.string(pattern: "^[0-9]{4}-(0[1-9]|1[0-2])$")

    /// What is sent: credits with up to three decimals.
    static let amount = Schema.either([.number, .string(pattern: #"^-?[0-9]{1,16}(\.[0-9]{1,3})?$"#)])

    /// `AccountView`.
    private static let account = Schema.object([
        .field("id", .id(AccountKind.self)), .field("email", .string), .field("name", .string),
        .field("state", .words(["active", "suspended"])), .field("plan", .string.orNull), .field("created_at", .time),
    ])

    private static let policyNumber = Schema.integer(in: 1...ConsoleLimits.policyNumber).orNull

    /// What `KeyPolicy` reads. Left out, or null: no limit of its own.
    static let keyPolicy = Schema.object([
        .optional("models", .array(of: .text(.modelName), count: 1...ConsoleLimits.policyModels).orNull),
        .optional("monthly_budget_credits", amount.orNull), .optional("rpm", policyNumber), .optional("concurrency", policyNumber),
        .optional("max_output_tokens", .integer(in: 1...TokenLimit.maximum).orNull), .optional("expires_at", Schema.time.orNull),
        .optional("networks", .array(of: .text(.network), count: 1...ConsoleLimits.policyNetworks).orNull),
        .optional("fallback", Schema.boolean.orNull), .optional("on_disconnect", onDisconnect.orNull),
    ]).with("additionalProperties", .bool(false))

    private static let onDisconnect = Schema.words(OnDisconnect.allCases.map(\.rawValue))

    /// `KeyView`.
    private static let key = Schema.object([
        .field("id", .id(KeyKind.self)), .field("account", .id(AccountKind.self)), .field("name", .string),
        .optional("secret", .string, "Only where the key was just made."), .field("prefix", .string),
        .field("state", .words(["active", "revoked", "expired"])),
        .field(
            "policy",
            .object([
                .field("models", .array(of: .string).orNull), .field("monthly_budget_credits", credits.orNull),
                .field("rpm", count.orNull), .field("concurrency", count.orNull), .field("max_output_tokens", count.orNull),
                .field("expires_at", Schema.time.orNull), .field("networks", .array(of: .string).orNull), .field("fallback", .boolean),
                .field("on_disconnect", onDisconnect.orNull),
            ])),
        .optional(
            "counters",
            .object([
                .field("month", month), .field("used_credits", credits), .field("held_credits", credits),
                .field("requests_in_flight", count), .field("requests_last_minute", count.orNull),
            ]).orNull, "What a key with limits of its own has used of them."),
    ])

    /// `ReviewView`.
    private static let review = Schema.object([
        .field("id", .id(ReviewKind.self)), .field("account", .id(AccountKind.self)),
        .field("reason", .words(Review.Reason.allCases.map(\.rawValue))), .field("state", .words(Review.State.allCases.map(\.rawValue))),
        .field(
            "evidence",
            .object([
                .field("summary", .string), .field("count", count), .field("requests", .array(of: .id(RequestKind.self))),
                .field("last_at", .time),
            ])),
        .field("note", Schema.string.orNull), .field("created_at", .time),
    ])

    /// `UpstreamHealthView`.
    private static let upstreamHealth = Schema.object([
        .field("upstream", .string), .field("model", .string), .field("circuit", .words(["closed", "open", "half_open"])),
        .field("cause", Schema.words(Circuit.Cause.allCases.map(\.rawValue)).orNull), .field("retry_after_seconds", count.orNull),
    ])

    /// `ReconciliationView`.
    private static let reconciliation = Schema.object([
        .field("ok", .boolean),
        .field(
            "checks",
            .array(
                of: .object([
                    .field("name", .string), .field("ok", .boolean), .field("examined", count),
                    .field("findings", .array(of: .string)),
                ]))),
    ])

    /// `BackupView`.
    private static let backup = Schema.object([
        .field("path", .string), .field("at", .time, "The moment whose books it holds."), .field("bytes", count),
        .field("seconds", .number, "How long it took."),
    ])

    /// Of `ReconciliationView`, where an upstream's usage was compared.
    private static let upstreamDrift = Schema.object([
        .field("date", .day), .field("upstream", .string), .field("model", .string), .field("input", driftingTokens),
        .field("cached", driftingTokens), .field("output", driftingTokens), .field("usd_drift", CustomerSchemas.usd),
    ])

    private static let driftingTokens = Schema.object([
        .field("relay", count), .field("upstream", count), .field("drift", .integer),
    ])
}

extension Schema {
    /// What a text is held to. White space at both ends does not count, so that a longer one may pass.
    static func text(_ rule: TextRule) -> Schema { string(characters: rule.characters) }
}
