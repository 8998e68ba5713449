@testable internal import RelayWire

/// In what the endpoints differ, written here once more.
struct EndpointRules {
    let promptKey: String
    /// The first is the one that is added.
    let limitKeys: [String]
    let leastLimit: Int64
    let isStreamed: Bool
    let asksForUsage: Bool
    let storesByDefault: Bool
    /// Limits of other endpoints.
    let strangeKeys: [String]
    /// Keys that must not be given twice, nor in capital letters.
    let watchedKeys: Set<String>

    static let endpoints: [Endpoint] = [.chatCompletions, .responses, .completions, .embeddings, .moderations]
    static let identifiers = ["user", "prompt_cache_key", "safety_identifier"]

    init(_ endpoint: Endpoint) {
        strangeKeys =
            switch endpoint {
            case .chatCompletions: ["max_output_tokens"]
            case .responses: ["max_tokens", "max_completion_tokens", "n", "best_of"]
            case .completions: ["max_completion_tokens", "max_output_tokens"]
            case .embeddings, .moderations, .inputTokens: []
            }
        let common = Set(["model", "models", "user", "prompt_cache_key", "safety_identifier"] + strangeKeys)
        let streamed: Set<String> = [
            "stream", "stream_options", "service_tier", "store", "prompt_cache_options", "context_management", "search_parameters",
            "plugins",
        ]
        isStreamed = endpoint != .embeddings && endpoint != .moderations
        asksForUsage = endpoint == .chatCompletions || endpoint == .completions
        storesByDefault = endpoint == .responses
        leastLimit = endpoint == .responses ? 16 : 1
        switch endpoint {
        case .chatCompletions:
            promptKey = "messages"
            limitKeys = ["max_completion_tokens", "max_tokens"]
            watchedKeys = common.union(streamed).union(limitKeys).union([
                "messages", "n", "best_of", "modalities", "audio", "tools", "web_search_options",
            ])
        case .responses, .inputTokens:
            promptKey = "input"
            limitKeys = ["max_output_tokens"]
            watchedKeys = common.union(streamed).union(limitKeys).union([
                "input", "tools", "background", "previous_response_id", "conversation", "prompt", "instructions",
            ])
        case .completions:
            promptKey = "prompt"
            limitKeys = ["max_tokens"]
            watchedKeys = common.union(streamed).union(limitKeys).union(["prompt", "n", "best_of"])
        case .embeddings, .moderations:
            promptKey = "input"
            limitKeys = []
            watchedKeys = common.union(["input"])
        }
    }
}
