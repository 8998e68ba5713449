/// A body of `POST /v1/chat/completions`.
struct Chat: Sendable {
    /// What the simulated upstream is told to do: the inside of `[[simulate …]]`.
    var directives = ""
    var model = "gpt-5.2"
    var isStream = false
    var includesUsage = false
    var maxTokens: Int? = 64
    var text = "Say hello."

    var body: String {
        var members: [String: JSON] = [
            "model": .string(model),
            "messages": [["role": "user", "content": .string(directives.isEmpty ? text : "\(text) [[simulate \(directives)]]")]],
        ]
        if isStream { members["stream"] = true }
        if includesUsage { members["stream_options"] = ["include_usage": true] }
        if let maxTokens { members["max_tokens"] = JSON(integerLiteral: maxTokens) }
        return JSON.object(members).text
    }
}
