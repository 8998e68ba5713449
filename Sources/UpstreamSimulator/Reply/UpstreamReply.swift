/// What an answer says, before it has any form: text, why it ended, and the tokens it took.
struct UpstreamReply: Equatable, Sendable {
    static let systemFingerprint = "fp_5170a7ed01"

    /// What follows the prefix of the answer's ids.
    let id: String
    let createdSeconds: Int
    let model: String
    let choices: Int
    /// The content; or, when `toolName` is given, the arguments of the tool call.
    let text: ReplyText
    let pieces: TextPieces
    let toolName: String?
    /// Whether the output limit ended it.
    let isCut: Bool
    let usage: TokenUsage

    /// As chat and completions call it.
    var finishReason: String { isCut ? "length" : toolName == nil ? "stop" : "tool_calls" }

    /// Decides the answer.
    ///
    /// - Parameters:
    ///   - number: the request's number; the id is made of it, so that a run can be repeated.
    init(to request: UpstreamRequest, behaviour: SimulatedBehaviour, script: SimulatorScript, number: Int, createdSeconds: Int) {
        let isEndless = behaviour.flags.contains(.neverEnd)
        let toolName = Self.toolName(request, behaviour)
        let reasoningEach = min(behaviour.reasoningTokens ?? script.reasoningTokens, request.outputLimit ?? .max)
        let wanted = Self.wantedText(request, behaviour, isToolCall: toolName != nil)
        let toolBytes = toolName?.utf8.count ?? 0
        let wantedTokens = TokenCount.text(bytes: wanted.byteCount + toolBytes)
        let room = request.outputLimit.map { $0 - reasoningEach } ?? .max
        let tokensEach = min(wantedTokens, room)

        let fits = wantedTokens <= room
        let obeys = !behaviour.flags.contains(.ignoreLimit) && !isEndless
        let allowedBytes = fits || !obeys ? .max : max(0, room * TokenCount.bytesPerToken - toolBytes)
        text = wanted.prefix(bytes: allowedBytes)
        pieces = TextPieces(text, chunks: behaviour.chunks, chunkBytes: behaviour.chunkBytes)

        let limit = request.outputLimit.map { $0 * request.generations }
        var completion = (tokensEach + reasoningEach) * request.generations
        var isCut = !fits
        if let asked = behaviour.completionTokens {
            isCut = isCut || asked > limit ?? .max
            completion = min(asked, limit ?? .max)
        }
        if behaviour.usage == .overrun { completion = (limit ?? completion) + Self.overrunTokens }
        let prompt = behaviour.promptTokens ?? request.promptTokens
        if request.generations == 0 {
            // Nothing is generated: embeddings report their input alone, and moderations nothing.
            usage = TokenUsage(prompt: request.endpoint.reportsUsage ? prompt : 0)
        } else {
            usage = TokenUsage(
                prompt: prompt, cached: behaviour.cachedTokens ?? prompt * script.cachedPercent / 100,
                completion: completion, reasoning: min(reasoningEach * request.generations, completion))
        }

        id = ReplyIdentifier.text(number: number)
        self.createdSeconds = createdSeconds
        model = request.model
        choices = request.choices
        self.toolName = toolName
        self.isCut = isCut
    }

    private static let overrunTokens = 1_000
    private static let endlessPieceBytes = 64

    private static func toolName(_ request: UpstreamRequest, _ behaviour: SimulatedBehaviour) -> String? {
        guard behaviour.flags.contains(.tools) else { return nil }
        switch request.endpoint {
        case .chat, .responses: return request.toolName ?? "get_weather"
        case .completions, .embeddings, .moderations: return nil
        }
    }

    private static func wantedText(_ request: UpstreamRequest, _ behaviour: SimulatedBehaviour, isToolCall: Bool) -> ReplyText {
        if behaviour.flags.contains(.neverEnd) { return .filler(bytes: behaviour.chunkBytes ?? endlessPieceBytes) }
        if let content = behaviour.content { return .literal(content) }
        if isToolCall { return .literal(#"{"city":"Lisbon","unit":"celsius"}"#) }
        if behaviour.chunks != nil || behaviour.chunkBytes != nil {
            let bytes = (behaviour.chunks ?? 1) * (behaviour.chunkBytes ?? TokenCount.bytesPerToken)
            return .filler(bytes: min(bytes, SimulatorLimits.contentBytes))
        }
        let echo = ReplyText.prefix(of: request.userText, bytes: SimulatorLimits.echoBytes)
        let ending = echo.isEmpty ? "" : " You said: \(echo)"
        return .literal("Hello from the simulated upstream.\(ending)")
    }
}
