import RelayDomain

/// Fields that the bodies of several relayed endpoints have in common. Everything else that OpenAI's reference has reaches the upstream
/// as it came.
enum RelayedFields {
    /// Bytes of a model's name.
    static let nameBytes = 256
    static let listedNames = 16
    static let choicesLimit: Int64 = 128

    static let model: [Schema.Member] = [
        .optional(
            "model", .string(characters: 1...nameBytes).orNull,
            "A model of `GET /v1/models`. `auto`, or none at all: the default route of the plan."),
        .optional(
            "models", .array(of: .string(characters: 1...nameBytes), count: 1...listedNames).orNull,
            "The relay's own: models to try in this order, a named `model` before them."),
    ]

    /// Where no chat model takes the place of the one that is meant.
    static let ownModel: [Schema.Member] = model.map { member in
        guard member.name == "model" else { return member }
        return .optional("model", member.schema.described("A model of its own kind: none of the plan's route takes its place."))
    }

    static let stream = Schema.Member.optional(
        "stream", .boolean.orNull, "Whether the answer comes as server-sent events. A broken stream ends in an `error` event.")

    static let streamOptions = Schema.Member.optional(
        "stream_options", .object([.optional("include_usage", .boolean.orNull)], isOpen: true).orNull,
        "The relay always asks the upstream for the usage; the chunk that holds it is passed on to who asked for it here.")

    static let choices = Schema.Member.optional(
        "n", .integer(in: 1...choicesLimit).orNull, "Answers. What is left is divided by their number.")

    static let bestOf = Schema.Member.optional("best_of", .integer(in: 1...choicesLimit).orNull)

    /// A hashed form of these reaches the upstream, so that customers of one relay are kept apart.
    static let namespaced: [Schema.Member] = ["user", "prompt_cache_key", "safety_identifier"].map {
        .optional($0, .string.orNull, "The upstream gets a keyed hash of it.")
    }

    static let serviceTier = Schema.Member.optional(
        "service_tier", .words(["auto", "default"]).orNull, "Other tiers have other prices, and are refused.")

    static let store = Schema.Member.optional(
        "store", .boolean.orNull, "The upstream gets `false`, whatever stands here.")

    /// Tools that the client runs itself. The upstream's own are refused: it bills them beside tokens.
    static let tools = Schema.Member.optional(
        "tools",
        .array(of: .object([.field("type", .words(["function", "custom", "local_shell", "apply_patch"]))], isOpen: true)).orNull,
        "Those that you run yourself; the upstream's own are refused.")

    static func limit(_ name: String, from minimum: Int64 = 1, _ text: String = "Tokens of output at the most.") -> Schema.Member {
        .optional(name, .integer(from: minimum).orNull, text + " Plan, key and wallet may set a lower one.")
    }

    static func refused(_ name: String, because reason: String) -> Schema.Member {
        .optional(name, .absent, "Refused with `\(Refusal.Code.unsupportedParameter.rawValue)`: \(reason).")
    }

    // MARK: Answers

    static let tokens = Schema.integer(from: 0)

    /// The usage of chat, completions and embeddings.
    static let usage = Schema.object(
        [
            .field("prompt_tokens", tokens), .optional("completion_tokens", tokens), .optional("total_tokens", tokens),
            .optional("prompt_tokens_details", .object([.optional("cached_tokens", tokens.orNull)], isOpen: true).orNull),
            .optional("completion_tokens_details", .object([.optional("reasoning_tokens", tokens.orNull)], isOpen: true).orNull),
        ], isOpen: true)

    /// Not said in more than words: OpenAPI 3.1 has no schema for events.
    static func events(_ text: String) -> Schema { .any.described(text) }
}
