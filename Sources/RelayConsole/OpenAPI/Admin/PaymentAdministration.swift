import RelayDomain

/// `/admin/v1/deposits`, `/admin/v1/networks`.
enum PaymentAdministration {
    static let operations = [
        AdminDescription.get(
            "/admin/v1/deposits", "listDeposits", "Payments", "What came in on the networks, found last first",
            parameters: [
                .query("state", .words(Deposit.State.allCases.map(\.rawValue)), "Only those."),
                .query("network", networks, "Only its deposits."), AdminDescription.ofAccount("Only its deposits."),
                limit, .query("cursor", .string, "The `next` of the page before."),
            ], answer: .list(of: "Deposit", "A page of deposits.", headers: [])),
        AdminDescription.get(
            "/admin/v1/deposits/{id}", "getDeposit", "Payments", "One deposit, and who has claimed it", parameters: deposit,
            answer: .json(.named("ClaimedDeposit"), "The deposit.", headers: [])),
        AdminDescription.post(
            "/admin/v1/deposits/{id}/resolve", "resolveDeposit", "Payments", "Decide about a deposit that is under review, once",
            parameters: deposit,
            body: [
                .field("action", .words(DepositDecision.Action.allCases.map(\.rawValue)), actions), .field("note", .text(.reason)),
                .optional(
                    "order", Schema.id(OrderKind.self).orNull,
                    "For `credit_plan`: the order that is credited. The one that the deposit was meant for where it is left out."),
                .optional("account", Schema.id(AccountKind.self).orNull, "Whose a deposit of nobody's is."),
                .optional("transaction", Schema.text(.transaction).orNull, "For `refund`: by which it was sent back."),
            ], answer: "ClaimedDeposit"),
        AdminDescription.get(
            "/admin/v1/networks", "listNetworks", "Payments", "How far each network was scanned, and what its addresses hold",
            answer: .list(of: "Network", "Those that are configured or were scanned.", headers: [])),
    ]

    static let schemas: [(name: String, schema: Schema)] = [
        ("Deposit", Schema.object(fields)),
        (
            "ClaimedDeposit",
            .all([
                .named("Deposit"),
                .object([
                    .field(
                        "claims",
                        .array(
                            of: .object([
                                .field("order", .id(OrderKind.self)), .field("account", .id(AccountKind.self)), .field("at", .time),
                            ])))
                ]),
            ])
        ),
        ("Network", network),
    ]

    private static let actions = """
        `credit_face`: what it is worth, without a plan. `credit_plan`: an order, as if it had been paid exactly. `refund`: it was, or will \
        be, sent back by the operator. `ignore`: nothing is done.
        """

    private static let count = CustomerSchemas.tokens
    private static let networks = Schema.words(PaymentNetwork.allCases.map(\.rawValue))
    private static let deposit = [APIParameter.path("id", .string(pattern: "^dep:[a-z]+:0x[0-9a-f]{64}:[0-9]+$"), "Its id.")]
    private static let limit = APIParameter.page(of: OrderKind.self)[0]
    private static let amount = Schema.string(pattern: #"^[0-9]+(\.[0-9]+)?$"#).described("Tokens, a decimal number.")

    /// `DepositView`.
    private static let fields: [Schema.Member] = [
        .field("id", .string), .field("network", networks), .field("transaction", .string), .field("sender", .string),
        .field("address", .string, "The operator's, to which it came."), .field("amount", amount),
        .field("face_credits", CustomerSchemas.credits.orNull, "What it is worth; null for more than a wallet may hold."),
        .field("block", count), .field("at", .time, "Of its block."), .field("found_at", .time),
        .field("state", .words(Deposit.State.allCases.map(\.rawValue))),
        .field("reason", Schema.words(Deposit.ReviewReason.allCases.map(\.rawValue)).orNull, "Why it is, or was, under review."),
        .field("order", Schema.id(OrderKind.self).orNull), .field("account", Schema.id(AccountKind.self).orNull),
        .field("outcome", Schema.words(Deposit.Outcome.allCases.map(\.rawValue)).orNull),
        .field("credits", CustomerSchemas.credits.orNull, "What it has added to the account's wallet."),
        .field("note", Schema.string.orNull), .field("decided_by", Schema.string.orNull), .field("decided_at", Schema.time.orNull),
        .field("refund_transaction", Schema.string.orNull),
    ]

    /// `NetworkView`.
    private static let network = Schema.object([
        .field("network", networks), .field("offered", .boolean, "Whether it is configured."),
        .field("watched", .boolean, "Whether it has endpoints: otherwise the operator confirms by hand."),
        .field("contract", Schema.string.orNull), .field("chain_id", count.orNull), .field("addresses", .array(of: .string)),
        .field("head", count.orNull, "The newest block."), .field("final", count.orNull, "The newest block that stays."),
        .field("cursor", count.orNull, "The block up to which every payment is in the books."), .field("lag", count.orNull),
        .field("scanner", Schema.string.orNull, "The node that scans it."), .field("scanned_at", Schema.time.orNull),
        .field("silent_seconds", count.orNull), .field("balance", amount.orNull, "What the addresses held on the chain."),
        .field("expected_balance", amount.orNull, "What they must have held, by the books."), .field("balance_at", Schema.time.orNull),
    ])
}
