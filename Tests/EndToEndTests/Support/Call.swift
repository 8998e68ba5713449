import Testing

/// A request of any endpoint, with a text as its input.
struct Call: Sendable, CustomTestStringConvertible {
    enum Endpoint: String, Sendable, CaseIterable {
        case chat = "/v1/chat/completions"
        case responses = "/v1/responses"
        case completions = "/v1/completions"
        case embeddings = "/v1/embeddings"
        case moderations = "/v1/moderations"
        case inputTokens = "/v1/responses/input_tokens"
    }

    var endpoint: Endpoint
    var directives = ""
    var model: String? = "gpt-5.2"
    var isStream = false
    var limit: Int? = 64
    var text = "Say hello."
    /// Further members.
    var more: [String: JSON] = [:]

    var path: String { endpoint.rawValue }
    var testDescription: String { "\(path)\(isStream ? ", streamed" : "")\(directives.isEmpty ? "" : ": \(directives)")" }

    private var input: String { directives.isEmpty ? text : "\(text) [[simulate \(directives)]]" }

    var body: String {
        var members = more
        members["model"] = model.map(JSON.string)
        if isStream { members["stream"] = true }
        switch endpoint {
        case .chat: members["messages"] = [["role": "user", "content": .string(input)]]
        case .completions: members["prompt"] = .string(input)
        case .responses, .embeddings, .moderations, .inputTokens: members["input"] = .string(input)
        }
        if let limit {
            switch endpoint {
            case .chat, .completions: members["max_tokens"] = JSON(integerLiteral: limit)
            case .responses: members["max_output_tokens"] = JSON(integerLiteral: limit)
            case .embeddings, .moderations, .inputTokens: break
            }
        }
        return JSON.object(members.merging(more) { own, _ in own }).text
    }
}
