/// `POST /v1/chat/completions`: what it takes and gives. Source: OpenAI's API reference, "Create chat completion".
enum ChatDescription {
    static let operation = RelayedDescription.operation(
        "/v1/chat/completions", "createChatCompletion", "A chat completion", request: request, answer: .named("ChatCompletion"),
        events: "Each event is `data: ` and a chat completion chunk. Before the last, `data: [DONE]`, stands a comment, "
            + "`: nexrelay {\"request_id\":…,\"credits_charged\":…,\"credits_remaining\":…}`.",
        example: ["model": .string("gpt-5.2"), "messages": .array([["role": .string("user"), "content": .string("Hello")]])])

    static let schemas: [(name: String, schema: Schema)] = [("ChatCompletion", answer)]

    private static let request = Schema.object(
        [.field("messages", .array(of: message, atLeast: 1))] + RelayedFields.model + [
            RelayedFields.stream, RelayedFields.streamOptions,
            RelayedFields.limit("max_completion_tokens"),
            RelayedFields.limit("max_tokens", "Tokens of output at the most; the old name. Of both, the smaller holds."),
            RelayedFields.choices, RelayedFields.bestOf, RelayedFields.store, RelayedFields.serviceTier,
            RelayedFields.tools,
            .optional("modalities", .array(of: .words(["text"])).orNull, "Text alone: audio is not metered."),
            RelayedFields.refused("audio", because: "audio is not metered"),
            RelayedFields.refused("web_search_options", because: "the upstream bills searches beside tokens"),
        ] + RelayedFields.namespaced, isOpen: true)

    private static let message = Schema.object(
        [
            .field("role", .words(["developer", "system", "user", "assistant", "tool", "function"])),
            .optional("content", .either([.string, .array(of: .object([.field("type", .string)], isOpen: true)), .absent])),
        ], isOpen: true)

    private static let answer = Schema.object(
        [
            .optional("id", .string), .optional("object", .string), .optional("created", .integer),
            .optional("model", .string, "The model that served."),
            .field(
                "choices",
                .array(
                    of: .object(
                        [
                            .optional("index", .integer),
                            .optional("message", .object([.optional("role", .string)], isOpen: true)),
                            .optional("finish_reason", .string.orNull),
                        ], isOpen: true))),
            .optional("usage", RelayedFields.usage.orNull),
        ], isOpen: true)
}
