/// `POST /v1/completions`. Source: OpenAI's API reference, "Create completion".
enum CompletionsDescription {
    static let operation = RelayedDescription.operation(
        "/v1/completions", "createCompletion", "A completion", request: request, answer: .named("Completion"),
        events: "Each event is `data: ` and a completion. Before the last, `data: [DONE]`, stands a comment, "
            + "`: nexrelay {\"request_id\":…,\"credits_charged\":…,\"credits_remaining\":…}`.",
        example: ["model": .string("gpt-5.2"), "prompt": .string("Hello")])

    static let schemas: [(name: String, schema: Schema)] = [("Completion", answer)]

    private static let prompt = Schema.either([
        .string, .array(of: .string, atLeast: 1), .array(of: .integer(from: 0), atLeast: 1),
        .array(of: .array(of: .integer(from: 0), atLeast: 1), atLeast: 1),
    ])

    private static let request = Schema.object(
        [.field("prompt", prompt, "A text, tokens, or several of either.")] + RelayedFields.model + [
            RelayedFields.stream, RelayedFields.streamOptions, RelayedFields.limit("max_tokens"), RelayedFields.choices,
            RelayedFields.bestOf,
            .optional("user", .string.orNull, "The upstream gets a keyed hash of it."),
        ], isOpen: true)

    private static let answer = Schema.object(
        [
            .optional("id", .string), .optional("object", .string), .optional("created", .integer), .optional("model", .string),
            .field(
                "choices",
                .array(
                    of: .object(
                        [.optional("text", .string), .optional("index", .integer), .optional("finish_reason", .string.orNull)], isOpen: true
                    ))),
            .optional("usage", RelayedFields.usage.orNull),
        ], isOpen: true)
}
