import Hummingbird
import RelayDomain

/// The endpoints whose requests go to an upstream and are billed.
enum RelayedDescription {
    static let tag = "Relayed"

    static let operations = [
        ChatDescription.operation, ResponsesDescription.operation, ResponsesDescription.counting, CompletionsDescription.operation,
        EmbeddingsDescription.operation, EmbeddingsDescription.moderation,
    ]

    static let schemas =
        ChatDescription.schemas + ResponsesDescription.schemas + CompletionsDescription.schemas + EmbeddingsDescription.schemas + [
            (
                "UpstreamError",
                Schema.object([], isOpen: true).described(
                    "An upstream's own refusal, as it came. Mostly an `Error`, with codes of its own.")
            )
        ]

    /// Everything that can be refused between the first byte of a request and the last upstream.
    static let refusals = RefusalFamily(
        name: "Relayed",
        codes: [
            .invalidJSON, .invalidRequest, .unsupportedParameter, .contextLengthExceeded, .invalidAPIKey, .insufficientBalance,
            .accountSuspended, .ipNotAllowed, .modelNotAllowed, .modelNotFound, .requestTimeout, .requestInProgress, .responseNotStored,
            .requestTooLarge, .uriTooLong, .unsupportedMediaType, .idempotencyKeyReused, .upgradeRequired, .rateLimitExceeded,
            .concurrencyLimitExceeded,
            .throttled, .inputAllowanceExhausted, .outputAllowanceExhausted, .monthlyCapReached, .highCostBudgetExhausted,
            .keyBudgetExhausted, .headersTooLarge, .internalError, .upstreamError, .noUpstreamAvailable, .overloaded, .ledgerUnavailable,
            .draining, .upstreamTimeout,
        ], passing: [400, 404, 409, 413, 415, 422])

    /// - Parameter events: what a streamed answer looks like; nil where none is.
    static func operation(
        _ path: String, _ name: String, _ summary: String, request: Schema, answer: Schema, events: String? = nil, example: JSONValue
    ) -> APIOperation {
        var content = [("application/json", answer)]
        if let events { content.append(("text/event-stream", RelayedFields.events(events))) }
        return APIOperation(
            method: .post, path: path, name: name, tag: tag, summary: summary, parameters: [idempotencyKey], body: request,
            answers: [APIAnswer(status: 200, text: "The upstream's answer.", content: content, headers: APIHeader.relayed)],
            refusals: refusals, example: example)
    }

    static let idempotencyKey = APIParameter.header(
        "Idempotency-Key", .string(characters: 1...IdempotencyClaim.keyLimit).with("pattern", .string("^[ -~]+$")),
        "A repeat with the same key and the same body gets the stored answer, for free, for 24 hours.")
}
