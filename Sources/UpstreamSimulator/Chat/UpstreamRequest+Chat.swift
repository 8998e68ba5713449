extension UpstreamRequest {
    /// What a chat request asks for. Its limit is the smaller of `max_tokens` and `max_completion_tokens`.
    init(chat body: ChatBody, counting tokenCount: TokenCount) throws(RequestRefusal) {
        try self.init(requiring: body.model)
        guard let messages = body.messages, !messages.isEmpty else { throw .missing("messages") }
        promptTokens = tokenCount.prompt(messages)
        streams = body.stream ?? false
        includesUsage = body.streamOptions?.includeUsage ?? false
        outputLimit = try Self.limit(body)
        choices = body.n?.value ?? 1
        guard (1...SimulatorLimits.choices).contains(choices) else { throw .outOfRange("n", 1...SimulatorLimits.choices) }
        generations = choices
        toolName = body.tools?.first?.function?.name
        read(userText: messages.last { $0.role == "user" }?.content?.text ?? "")
    }

    private static func limit(_ body: ChatBody) throws(RequestRefusal) -> Int? {
        for (name, value) in [("max_tokens", body.maxTokens), ("max_completion_tokens", body.maxCompletionTokens)] {
            guard let value = value?.value, value < 1 else { continue }
            throw .belowMinimum(name, least: 1, got: value)
        }
        let limits = [body.maxTokens, body.maxCompletionTokens].compactMap { $0?.value }
        return limits.min().map { min($0, SimulatorLimits.tokens) }
    }
}
