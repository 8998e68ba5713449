/// The members of a chat completion request that decide what it costs, or that the relay reads or changes.
///
/// None of them may be given twice: which one an upstream would obey is not known.
/// Source: OpenAI's API reference, "Create chat completion".
enum ChatField: Int, RequestField {
    case model, models, messages, stream, streamOptions, maxTokens, maxCompletionTokens, n, bestOf
    case store, serviceTier, modalities, audio, tools, webSearchOptions, user, promptCacheKey, safetyIdentifier

    var key: String {
        switch self {
        case .model: "model"
        case .models: "models"
        case .messages: "messages"
        case .stream: "stream"
        case .streamOptions: "stream_options"
        case .maxTokens: "max_tokens"
        case .maxCompletionTokens: "max_completion_tokens"
        case .n: "n"
        case .bestOf: "best_of"
        case .store: "store"
        case .serviceTier: "service_tier"
        case .modalities: "modalities"
        case .audio: "audio"
        case .tools: "tools"
        case .webSearchOptions: "web_search_options"
        case .user: "user"
        case .promptCacheKey: "prompt_cache_key"
        case .safetyIdentifier: "safety_identifier"
        }
    }

    /// Each image of a message is a member `image_url`.
    static let watch = JSONWatch(members: allCases.map(\.key), counting: "image_url")
}

/// The members of `stream_options` that the relay reads or changes.
enum StreamOptionsField: Int, RequestField {
    case includeUsage

    var key: String { "include_usage" }
    var param: String { "stream_options.include_usage" }

    static let watch = JSONWatch(members: allCases.map(\.key))
}
