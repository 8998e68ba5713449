/// What only `POST /v1/completions` says.
struct CompletionParticulars: Equatable, Sendable {
    /// The text of each prompt, where `echo` asks for it; empty otherwise. Of token ids there is no text.
    var echoes: [String] = []
    /// Choices of one prompt.
    var choicesEach = 1
}

extension UpstreamRequest {
    /// `max_tokens` where a request has none, as OpenAI's reference has it.
    private static let usualCompletionTokens = 16

    /// What `POST /v1/completions` asks for: for each prompt `n` choices, the best of `best_of` generations.
    init(completions body: CompletionBody, counting tokenCount: TokenCount) throws(RequestRefusal) {
        try self.init(requiring: body.model)
        guard let prompts = body.prompt?.items, !prompts.isEmpty else { throw .missing("prompt") }
        guard prompts.count <= SimulatorLimits.inputs else { throw .outOfRange("prompt", 1...SimulatorLimits.inputs) }
        let choicesEach = try Self.choices("n", body.n)
        particulars = .completions(
            CompletionParticulars(echoes: body.echo == true ? prompts.map { $0.text ?? "" } : [], choicesEach: choicesEach))
        choices = prompts.count * choicesEach
        generations = prompts.count * max(choicesEach, try Self.choices("best_of", body.bestOf))
        promptTokens = tokenCount.inputs(prompts)
        streams = body.stream ?? false
        includesUsage = body.streamOptions?.includeUsage ?? false
        let limit = body.maxTokens?.value ?? Self.usualCompletionTokens
        guard limit >= 0 else { throw .belowMinimum("max_tokens", least: 0, got: limit) }
        outputLimit = min(limit, SimulatorLimits.tokens)
        read(userText: TextInputs.firstText(of: prompts))
    }

    private static func choices(_ param: String, _ number: WholeNumber?) throws(RequestRefusal) -> Int {
        let choices = number?.value ?? 1
        guard (1...SimulatorLimits.choices).contains(choices) else { throw .outOfRange(param, 1...SimulatorLimits.choices) }
        return choices
    }
}
