import RelayDomain

/// `/admin/v1/wallets`, `/admin/v1/recharges`, `/admin/v1/receipts`.
enum MoneyAdministration {
    static let operations = wallets + StatementDescription.admin + recharges + receipts

    static let ofWallet = [APIParameter.path("account", .id(AccountKind.self), "The wallet's account.")]

    private static let wallets = [
        AdminDescription.get(
            "/admin/v1/wallets/{account}", "getWallet", "Wallets", "An account's wallet", parameters: ofWallet,
            answer: .json(.named("Wallet"), "The wallet.", headers: [])),
        AdminDescription.post(
            "/admin/v1/wallets/{account}/adjust", "adjustWallet", "Wallets", "Add credits by hand, or take them away",
            parameters: ofWallet,
            body: [
                .field("credits", AdminSchemas.amount), .field("reason", .text(.reason)),
                .optional(
                    "id", Schema.id(AdjustmentKind.self).orNull,
                    "Made by the caller, and new: the same adjustment sent again under it moves credits once; another is answered 409."),
            ], answer: "Wallet"),
    ]

    private static let recharges = [
        AdminDescription.post(
            "/admin/v1/recharges", "createRecharge", "Recharges", "Order a recharge, at the plan's price of this moment",
            body: [.field("account", .id(AccountKind.self)), .field("plan", .text(.planID)), RechargeDescription.network],
            answer: "Recharge", isCreation: true),
        AdminDescription.get(
            "/admin/v1/recharges", "listRecharges", "Recharges", "Orders, newest first",
            parameters: [AdminDescription.ofAccount("Only its orders.")] + APIParameter.page(of: OrderKind.self),
            answer: .list(of: "Recharge", "A page of orders.", headers: [])),
        AdminDescription.get(
            "/admin/v1/recharges/{id}", "getRecharge", "Recharges", "One order", parameters: AdminDescription.id("id", OrderKind.self),
            answer: .json(.named("Recharge"), "The order.", headers: [])),
        AdminDescription.post(
            "/admin/v1/recharges/{id}/confirm", "confirmRecharge", "Recharges", "Credit an order, once, however often it is confirmed",
            parameters: AdminDescription.id("id", OrderKind.self),
            body: [
                .field("note", .text(.reason)),
                .optional(
                    "transaction", Schema.text(.transaction).orNull,
                    "The payment's own name; no two orders share one. On a network that is watched it has to be the order's own final payment."
                ),
                .optional("unverified", Schema.boolean.orNull, "Whether the chain is not asked, or its word does not count."),
            ], answer: "Recharge"),
        AdminDescription.post(
            "/admin/v1/recharges/{id}/cancel", "cancelRecharge", "Recharges", "Cancel an order that is not credited",
            parameters: AdminDescription.id("id", OrderKind.self), answer: "Recharge"),
    ]

    private static let receipts = [
        AdminDescription.get(
            "/admin/v1/receipts", "listReceipts", "Receipts", "An account's receipts, newest first",
            parameters: [
                APIParameter(
                    name: "account", place: .query, schema: .id(AccountKind.self), text: "Whose they are.", isRequired: true),
                .query("since", .time, "Only those of requests that came then or later."),
            ] + APIParameter.page(of: RequestKind.self), answer: .list(of: "Receipt", "A page of receipts.", headers: [])),
        AdminDescription.get(
            "/admin/v1/receipts/{request_id}", "getReceipt", "Receipts", "One receipt",
            parameters: AdminDescription.id("request_id", RequestKind.self), answer: .json(.named("Receipt"), "The receipt.", headers: [])),
    ]
}
