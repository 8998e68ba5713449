/// What only `POST /v1/moderations` says.
struct ModerationParticulars: Equatable, Sendable {
    /// One for each result.
    var inputs: [ModeratedInput]
}

extension UpstreamRequest {
    /// What `POST /v1/moderations` asks for. It has no tokens: OpenAI charges nothing for it.
    init(moderations body: ModerationBody) throws(RequestRefusal) {
        guard let input = body.input, !input.items.isEmpty else { throw .missing("input") }
        guard input.items.count <= SimulatorLimits.inputs else { throw .outOfRange("input", 1...SimulatorLimits.inputs) }
        self.init(model: body.model ?? "omni-moderation-latest")
        particulars = .moderations(ModerationParticulars(inputs: input.items))
        generations = 0
        read(userText: input.firstText ?? "")
    }
}
