/// What an answer says, before it has any form: text, why it ended, and the tokens it took.
struct ChatReply: Equatable, Sendable {
    static let systemFingerprint = "fp_5170a7ed01"

    let id: String
    let createdSeconds: Int
    let model: String
    let choices: Int
    /// The content; or, when `toolName` is given, the arguments of the tool call.
    let text: ReplyText
    let pieces: TextPieces
    let toolName: String?
    let finishReason: String
    let usage: TokenUsage

    /// Decides the answer.
    ///
    /// - Parameters:
    ///   - number: the request's number; the id is made of it, so that a run can be repeated.
    init(to request: ChatRequest, behaviour: SimulatedBehaviour, script: SimulatorScript, number: Int, createdSeconds: Int) {
        let isEndless = behaviour.flags.contains(.neverEnd)
        let toolName = behaviour.flags.contains(.tools) ? request.toolName ?? "get_weather" : nil
        let reasoningEach = min(behaviour.reasoningTokens ?? script.reasoningTokens, request.outputLimit ?? .max)
        let wanted = Self.wantedText(request, behaviour)
        let toolBytes = toolName?.utf8.count ?? 0
        let wantedTokens = TokenCount.text(bytes: wanted.byteCount + toolBytes)
        let room = request.outputLimit.map { $0 - reasoningEach } ?? .max
        let tokensEach = min(wantedTokens, room)

        let fits = wantedTokens <= room
        let obeys = !behaviour.flags.contains(.ignoreLimit) && !isEndless
        let allowedBytes = fits || !obeys ? .max : max(0, room * TokenCount.bytesPerToken - toolBytes)
        text = wanted.prefix(bytes: allowedBytes)
        pieces = TextPieces(text, chunks: behaviour.chunks, chunkBytes: behaviour.chunkBytes)

        let limit = request.outputLimit.map { $0 * request.choices }
        var completion = (tokensEach + reasoningEach) * request.choices
        var isCut = !fits
        if let asked = behaviour.completionTokens {
            isCut = isCut || asked > limit ?? .max
            completion = min(asked, limit ?? .max)
        }
        if behaviour.usage == .overrun { completion = (limit ?? completion) + Self.overrunTokens }
        let prompt = behaviour.promptTokens ?? request.promptTokens
        usage = TokenUsage(
            prompt: prompt, cached: behaviour.cachedTokens ?? prompt * script.cachedPercent / 100,
            completion: completion, reasoning: min(reasoningEach * request.choices, completion))

        id = Self.id(number: number)
        self.createdSeconds = createdSeconds
        model = request.model
        choices = request.choices
        self.toolName = toolName
        finishReason = isCut ? "length" : toolName == nil ? "stop" : "tool_calls"
    }

    private static let overrunTokens = 1_000
    private static let endlessPieceBytes = 64

    private static func wantedText(_ request: ChatRequest, _ behaviour: SimulatedBehaviour) -> ReplyText {
        if behaviour.flags.contains(.neverEnd) { return .filler(bytes: behaviour.chunkBytes ?? endlessPieceBytes) }
        if let content = behaviour.content { return .literal(content) }
        if behaviour.flags.contains(.tools) { return .literal(#"{"city":"Lisbon","unit":"celsius"}"#) }
        if behaviour.chunks != nil || behaviour.chunkBytes != nil {
            let bytes = (behaviour.chunks ?? 1) * (behaviour.chunkBytes ?? TokenCount.bytesPerToken)
            return .filler(bytes: min(bytes, SimulatorLimits.contentBytes))
        }
        let echo = ReplyText.prefix(of: request.lastUserText, bytes: SimulatorLimits.echoBytes)
        let ending = echo.isEmpty ? "" : " You said: \(echo)"
        return .literal("Hello from the simulated upstream.\(ending)")
    }

    /// 29 characters as OpenAI's are, from a well-mixed number (splitmix64).
    private static func id(number: Int) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
        var state = UInt64(truncatingIfNeeded: number)
        var characters = Array("chatcmpl-".utf8)
        var word: UInt64 = 0
        for index in 0..<29 {
            if index.isMultiple(of: 10) {
                state &+= 0x9e37_79b9_7f4a_7c15
                word = state
                word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
                word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
                word ^= word >> 31
            }
            characters.append(alphabet[Int(word % 62)])
            word /= 62
        }
        return String(decoding: characters, as: UTF8.self)
    }
}
