/// The members of request bodies that decide what a request costs, or that the relay reads, changes or refuses.
///
/// None of them may be given twice: which one an upstream would obey is not known. Source: OpenAI's API reference.
enum BodyField: Int, RequestField {
    case model, models, messages, input, prompt, stream, streamOptions, maxTokens, maxCompletionTokens, maxOutputTokens, n, bestOf
    case store, serviceTier, modalities, audio, tools, webSearchOptions, user, promptCacheKey, safetyIdentifier
    case background, previousResponseID, conversation, instructions
    case promptCacheOptions, contextManagement, searchParameters, plugins
    /// `prompt` of a response: the name of a stored prompt, and not the prompt itself.
    case promptTemplate

    var key: String {
        switch self {
        case .model: "model"
        case .models: "models"
        case .messages: "messages"
        case .input: "input"
        case .prompt, .promptTemplate: "prompt"
        case .stream: "stream"
        case .streamOptions: "stream_options"
        case .maxTokens: "max_tokens"
        case .maxCompletionTokens: "max_completion_tokens"
        case .maxOutputTokens: "max_output_tokens"
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
        case .background: "background"
        case .previousResponseID: "previous_response_id"
        case .conversation: "conversation"
        case .instructions: "instructions"
        case .promptCacheOptions: "prompt_cache_options"
        case .contextManagement: "context_management"
        case .searchParameters: "search_parameters"
        case .plugins: "plugins"
        }
    }

    /// What becomes a pseudonym.
    static let identifiers = [BodyField.user, .promptCacheKey, .safetyIdentifier]
    /// What names an object of the upstream's account.
    static let storedObjects = [BodyField.previousResponseID, .conversation, .promptTemplate]
    /// What is billed, or does what is billed, apart from the three meters. The last two are other providers' own.
    static let billedApart = [
        BodyField.audio, .webSearchOptions, .promptCacheOptions, .contextManagement, .searchParameters, .plugins,
    ]
}

/// The members of `stream_options` that the relay reads or changes.
enum StreamOptionsField: Int, RequestField {
    case includeUsage

    var key: String { "include_usage" }
    var param: String { "stream_options.include_usage" }

    static let watch = JSONWatch(members: allCases.map(\.key))
}
