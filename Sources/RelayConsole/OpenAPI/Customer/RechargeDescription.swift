import Hummingbird
import RelayDomain

/// `/v1/recharges`, and the shape of a recharge order, which customers and the operator get alike.
enum RechargeDescription {
    private static let tag = "Recharges"

    static let schema: (name: String, schema: Schema) = ("Recharge", recharge)

    /// What belongs to a payment on a network is null in an order that is confirmed by hand.
    private static let recharge = Schema.object([
        .field("id", .id(OrderKind.self)), .field("account", .id(AccountKind.self)), .field("plan", .string),
        .field("usd", CustomerSchemas.usd), .field("credits", CustomerSchemas.credits),
        .field("state", .words(RechargeOrder.Standing.allCases.map(\.rawValue)), states),
        .field("network", Schema.words(PaymentNetwork.allCases.map(\.rawValue)).orNull), .field("address", Schema.string.orNull),
        .field("amount", Schema.string.orNull, "Tokens, a decimal number: to be paid to the last digit, in one transfer."),
        .field("uri", Schema.string.orNull, "What a wallet opens to pay it; null where it should not be paid now."),
        .field("created_at", .time), .field("expires_at", Schema.time.orNull),
        .field("grace_until", Schema.time.orNull, "Until then a late exact payment is still credited."),
        .field("transaction", Schema.string.orNull, "That pays it, final or not."),
        .field("confirmations", CustomerSchemas.tokens.orNull), .field("confirmations_needed", CustomerSchemas.tokens.orNull),
        .field("credited_at", Schema.time.orNull),
    ])

    private static let states = """
        `waiting` for a payment; `seen` on the chain and not final yet; `credited`; `credited_late` after its time; `review` by the operator; \
        `expired`, and credited all the same if the exact payment comes within the grace; `cancelled`.
        """

    /// Where an order is to be paid.
    static let network = Schema.Member.optional(
        "network", Schema.words(PaymentNetwork.allCases.map(\.rawValue)).orNull,
        "One that this relay has configured. Left out: the operator confirms the payment by hand.")

    private static let order = [APIParameter.path("id", .string, "Its id.")]
    private static let bodyCodes: [Refusal.Code] = [.invalidJSON, .conflict]

    static let operations = [
        APIOperation(
            method: .post, path: "/v1/recharges", name: "createRecharge", tag: tag, summary: "Order a recharge",
            text: """
                The answer says what to pay: exactly `amount` tokens of USDT on `network` to `address`, in one transfer, before `expires_at`. \
                Another amount, a second payment and another network are for the operator to sort out. Nothing is charged by ordering.
                """,
            body: Schema.object([.field("plan", .text(.planID)), network]).with("additionalProperties", .bool(false)),
            answers: [.json(.named("Recharge"), "The order.", status: 201)], refusals: AccountDescription.refusals,
            example: ["plan": .string("starter"), "network": .string("tron")], furtherCodes: bodyCodes + [.accountSuspended]),
        APIOperation(
            method: .get, path: "/v1/recharges", name: "listRecharges", tag: tag, summary: "The account's orders, newest first",
            parameters: APIParameter.page(of: OrderKind.self), answers: [.list(of: "Recharge", "A page of orders.")],
            refusals: AccountDescription.refusals),
        APIOperation(
            method: .get, path: "/v1/recharges/{id}", name: "getRecharge", tag: tag, summary: "One order, as it stands now",
            parameters: order, answers: [.json(.named("Recharge"), "The order.")], refusals: AccountDescription.refusals,
            furtherCodes: [.notFound]),
        APIOperation(
            method: .get, path: "/v1/recharges/{id}/qr.svg", name: "getRechargeCode", tag: tag, summary: "Its `uri` as a QR code",
            text: "Not every wallet reads it: show network, address and amount beside it.", parameters: order,
            answers: [APIAnswer(status: 200, text: "The picture.", content: [("image/svg+xml", .string)])],
            refusals: AccountDescription.refusals, furtherCodes: [.notFound, .conflict]),
        APIOperation(
            method: .post, path: "/v1/recharges/{id}/claim", name: "claimRecharge", tag: tag,
            summary: "Say by which transaction it was paid",
            text: """
                Not needed for a payment that is exact. It has the relay look at once, and tells the operator whose a payment is that was not. \
                Transfers are public, so that a claim by itself credits nothing. At most \(PaymentClaim.limit) an order.
                """, parameters: order,
            body: Schema.object([.field("transaction", .text(.transaction), "Its hash: 64 hexadecimal digits, with `0x` or without.")])
                .with("additionalProperties", .bool(false)),
            answers: [.json(.named("Recharge"), "The order, as it stands now.")], refusals: AccountDescription.refusals,
            furtherCodes: bodyCodes + [.notFound]),
    ]
}
