import Hummingbird
import RelayDomain
import RelayStore

/// What a customer reads of their own account. No call of these is billed.
enum AccountDescription {
    private static let tag = "Account"

    static let refusals = RefusalFamily(
        name: "Account",
        codes: [
            .invalidRequest, .invalidAPIKey, .ipNotAllowed, .requestTooLarge, .uriTooLong, .upgradeRequired, .headersTooLarge,
            .internalError, .overloaded,
            .ledgerUnavailable, .draining,
        ])

    static let operations = [
        APIOperation(
            method: .get, path: "/v1/models", name: "listModels", tag: "Models", summary: "The models that the key may use",
            text: "Those of the plan's default route first, in its order.",
            answers: [.json(.object([.field("object", .word("list")), .field("data", .array(of: .named("Model")))]), "The models.")],
            refusals: refusals),
        APIOperation(
            method: .get, path: "/v1/models/{model}", name: "retrieveModel", tag: "Models", summary: "One model that the key may use",
            parameters: [.path("model", .string, "Its name.")], answers: [.json(.named("Model"), "The model.")], refusals: refusals,
            furtherCodes: [.modelNotFound, .notFound]),
        APIOperation(
            method: .get, path: "/v1/wallet", name: "getWallet", tag: tag, summary: "Credits, the month's meters, and what is left",
            answers: [.json(.named("Wallet"), "The wallet.")], refusals: refusals),
        APIOperation(
            method: .get, path: "/v1/usage", name: "getUsage", tag: tag, summary: "Settled requests, added up",
            text: "By the day of their admission, UTC. At most \(ConsoleLimits.usageDays) days at once.",
            parameters: [
                .query("from", .day, "The first day; the first of the month where it is left out."),
                .query("to", .day, "The last day; today where it is left out."),
                .query(
                    "group_by", .words(UsageGrouping.allCases.map(\.rawValue)), "What is added up together; `day` where it is left out."),
            ], answers: [.list(of: "Usage", "The sums.")], refusals: refusals),
        APIOperation(
            method: .get, path: "/v1/receipts", name: "listReceipts", tag: tag, summary: "Receipts, newest first",
            parameters: [.query("since", .time, "Only those of requests that came then or later.")]
                + APIParameter.page(of: RequestKind.self),
            answers: [.list(of: "Receipt", "A page of receipts.")], refusals: refusals),
        APIOperation(
            method: .get, path: "/v1/receipts/{request_id}", name: "getReceipt", tag: tag, summary: "One receipt",
            parameters: [.path("request_id", .string, "The `x-request-id` of the answer.")],
            answers: [.json(.named("Receipt"), "The receipt.")], refusals: refusals, furtherCodes: [.notFound]),
    ]
}
