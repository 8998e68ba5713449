/// What a response repeats of its request.
struct ResponseParticulars: Equatable, Sendable {
    var instructions: String?
    /// The JSON of each tool.
    var tools: [String] = []
}

extension UpstreamRequest {
    /// What OpenAI takes at least as `max_output_tokens`.
    private static let leastOutputTokens = 16

    /// What `POST /v1/responses` asks for. A stream always ends with the usage.
    init(responses body: ResponseBody, counting tokenCount: TokenCount) throws(RequestRefusal) {
        try self.init(requiring: body.model)
        let tools = body.tools ?? []
        particulars = .responses(ResponseParticulars(instructions: body.instructions, tools: tools.map(\.json)))
        guard let items = body.input?.items, !items.isEmpty else { throw .missing("input") }
        promptTokens = tokenCount.prompt(items, instructions: body.instructions)
        streams = body.stream ?? false
        includesUsage = true
        if let limit = body.maxOutputTokens?.value {
            guard limit >= Self.leastOutputTokens else {
                throw .belowMinimum("max_output_tokens", least: Self.leastOutputTokens, got: limit)
            }
            outputLimit = min(limit, SimulatorLimits.tokens)
        }
        toolName = tools.first { $0.type == "function" }?.name
        read(userText: Self.lastUserText(items))
    }

    private static func lastUserText(_ items: [ResponseBody.Item]) -> String {
        for case .message("user", let texts) in items.reversed() { return texts.joined() }
        return ""
    }
}
