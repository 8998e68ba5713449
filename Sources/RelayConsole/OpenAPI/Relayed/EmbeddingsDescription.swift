/// `POST /v1/embeddings` and `/v1/moderations`: no output is metered, nothing is streamed. Source: OpenAI's API reference.
enum EmbeddingsDescription {
    static let operation = RelayedDescription.operation(
        "/v1/embeddings", "createEmbedding", "Embeddings", request: request, answer: .named("Embeddings"),
        example: ["model": .string("gpt-5.2"), "input": .string("Hello")])

    static let moderation = RelayedDescription.operation(
        "/v1/moderations", "createModeration", "A moderation, for free", request: moderationRequest, answer: .named("Moderation"),
        example: ["model": .string("gpt-5.2"), "input": .string("Hello")])

    static let schemas: [(name: String, schema: Schema)] = [("Embeddings", answer), ("Moderation", moderationAnswer)]

    private static let request = Schema.object(
        [
            .field(
                "input",
                .either([
                    .string(characters: 1...Int(Int32.max)), .array(of: .string, atLeast: 1), .array(of: .integer(from: 0), atLeast: 1),
                    .array(of: .array(of: .integer(from: 0), atLeast: 1), atLeast: 1),
                ]), "A text, tokens, or several of either.")
        ] + RelayedFields.ownModel + [
            .optional("dimensions", .integer(from: 1).orNull),
            .optional("encoding_format", .words(["float", "base64"]).orNull),
            .optional("user", .string.orNull, "The upstream gets a keyed hash of it."),
        ], isOpen: true)

    private static let answer = Schema.object(
        [
            .optional("object", .string), .optional("model", .string),
            .field("data", .array(of: .object([.optional("index", .integer), .optional("embedding", .any)], isOpen: true))),
            .optional("usage", RelayedFields.usage.orNull),
        ], isOpen: true)

    private static let moderationRequest = Schema.object(
        [
            .field(
                "input",
                .either([
                    .string, .array(of: .string, atLeast: 1), .array(of: .object([.field("type", .string)], isOpen: true), atLeast: 1),
                ]))
        ] + RelayedFields.ownModel, isOpen: true)

    private static let moderationAnswer = Schema.object(
        [
            .optional("id", .string), .optional("model", .string),
            .field("results", .array(of: .object([.optional("flagged", .boolean)], isOpen: true))),
        ], isOpen: true)
}
