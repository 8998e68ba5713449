import RelayDomain
import RelayStore

/// The shapes of what the console answers: those of the views, field by field.
enum CustomerSchemas {
    static let all = [("Model", model), ("Plan", plan), ("Usage", usage)] + shared + ReceiptSchemas.all

    /// Those that the operator gets too.
    static let shared: [(name: String, schema: Schema)] =
        [
            ("Prices", prices), ("Wallet", WalletSchemas.wallet), RechargeDescription.schema,
        ] + StatementDescription.schemas

    static let credits = Schema.number.described("Credits: 1,000,000 are one US dollar.")
    static let tokens = Schema.integer(from: 0)
    static let usd = Schema.string(pattern: #"^-?[0-9]+\.[0-9]{2,4}$"#).described("US dollars.")

    /// `ListView`.
    static func list(of item: Schema, _ more: [Schema.Member] = []) -> Schema {
        .object(
            [
                .field("data", .array(of: item)), .field("has_more", .boolean),
                .field("next", .string.orNull, "The `cursor` of the next page."),
            ] + more)
    }

    /// `ModelView.json`.
    private static let model = Schema.object([
        .field("id", .string), .field("object", .word("model")), .field("created", .integer), .field("owned_by", .string),
    ])

    /// `PricesView`.
    private static let prices = Schema.object([.field("input", .number), .field("output", .number), .field("cached_read", .number)])
        .described("US dollars per 1,000,000 tokens, which is the same figure as credits per token.")

    /// The plans, and beside them `ModelView.terms`.
    static let plans = list(
        of: .named("Plan"),
        [
            .field(
                "models",
                .array(
                    of: .object([
                        .field("id", .string), .field("prices", .named("Prices")), .field("context", tokens.orNull),
                        .field("high_cost", .boolean),
                    ])))
        ])

    /// `PlanView`.
    private static let plan = Schema.object([
        .field("id", .string), .field("name", .string), .field("for", .string.orNull), .field("most_popular", .boolean),
        .field("price_usd", usd), .field("credits", credits),
        .field(
            "allowances", .object([.field("input", tokens), .field("output", tokens), .field("cached_read", tokens)]), "Tokens a month."),
        .field("cap", tokens, "Tokens a month, all meters together."),
        .field("context", tokens, "Input and output of one request."),
        .field("max_output_tokens", tokens), .field("rpm", tokens, "Requests a minute."), .field("concurrency", tokens),
        .field("high_cost_budget_credits", credits), .field("high_cost_budget_usd", usd), .field("route", .array(of: .string)),
        .field(
            "high_cost_rule",
            .object([.field("context", tokens), .field("max_output_tokens", tokens), .field("rpm", tokens)]).orNull,
            "What a high-cost model is limited to beside the budget."),
    ])

    /// `UsageView`: the group's name stands under the name of the grouping.
    private static let usage = Schema.object(
        UsageGrouping.allCases.map { .optional($0.rawValue, .string) } + [
            .field("requests", tokens), .field("input", tokens), .field("output", tokens), .field("cached_read", tokens),
            .field("credits", credits), .field("usd", usd),
        ])
}
