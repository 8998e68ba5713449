import Hummingbird
import RelayDomain

/// `POST /v1/responses` and `/v1/responses/input_tokens`. Source: OpenAI's API reference, "Create a model response", "Get input token counts".
enum ResponsesDescription {
    static let operation = RelayedDescription.operation(
        "/v1/responses", "createResponse", "A response", request: request, answer: .named("Response"),
        events: "Each event is `event: TYPE` and `data: ` with an object of this type. Before the last, `response.completed`, "
            + "`response.incomplete` or `response.failed`, stands a comment, "
            + "`: nexrelay {\"request_id\":…,\"credits_charged\":…,\"credits_remaining\":…}`. There is no `[DONE]`.",
        example: ["model": .string("gpt-5.2"), "input": .string("Hello")])

    /// It passes the ledger, but costs nothing, and no upstream is called.
    static let countingRefusals = RefusalFamily(
        name: "Counted",
        codes: RelayedDescription.refusals.codes.filter { ![.upstreamError, .noUpstreamAvailable, .upstreamTimeout].contains($0) })

    static let counting = APIOperation(
        method: .post, path: "/v1/responses/input_tokens", name: "countResponseInputTokens", tag: RelayedDescription.tag,
        summary: "How many input tokens a response would be held for",
        text: "Never fewer than will be reported. For free; it takes of the rate, as other requests do.",
        parameters: [RelayedDescription.idempotencyKey], body: countingRequest,
        answers: [
            .json(
                .object(
                    [.field("object", .word("response.input_tokens")), .field("input_tokens", RelayedFields.tokens)], isOpen: true),
                "The count.", headers: APIHeader.relayed)
        ], refusals: countingRefusals, example: ["model": .string("gpt-5.2"), "input": .string("Hello")])

    static let schemas: [(name: String, schema: Schema)] = [("Response", answer)]

    private static let input = Schema.either([.string, .array(of: .object([], isOpen: true), atLeast: 1)])

    /// What names an object that lives under the upstream's own key.
    private static let foreign: [Schema.Member] = ["previous_response_id", "conversation", "prompt"].map {
        RelayedFields.refused($0, because: "it names what is stored at the upstream, under a key that many customers share")
    }

    private static let common: [Schema.Member] =
        [.field("input", input)] + RelayedFields.model + [
            .optional("instructions", .string.orNull),
            RelayedFields.tools,
        ]

    private static let request = Schema.object(
        common + [
            RelayedFields.stream, RelayedFields.limit("max_output_tokens", from: 16), RelayedFields.store, RelayedFields.serviceTier,
            .optional("background", .constant(.bool(false)).orNull, "An answer that is fetched later is not to be had."),
        ] + foreign + RelayedFields.namespaced, isOpen: true)

    private static let countingRequest = Schema.object(common + foreign, isOpen: true)

    private static let answer = Schema.object(
        [
            .optional("id", .string), .optional("object", .string), .optional("created_at", .number), .optional("model", .string),
            .optional("status", .string),
            .field("output", .array(of: .object([], isOpen: true))),
            .optional("usage", usage.orNull),
        ], isOpen: true)

    private static let usage = Schema.object(
        [
            .field("input_tokens", RelayedFields.tokens), .field("output_tokens", RelayedFields.tokens),
            .optional("total_tokens", RelayedFields.tokens),
            .optional("input_tokens_details", .object([.optional("cached_tokens", RelayedFields.tokens.orNull)], isOpen: true).orNull),
            .optional("output_tokens_details", .object([.optional("reasoning_tokens", RelayedFields.tokens.orNull)], isOpen: true).orNull),
        ], isOpen: true)
}
