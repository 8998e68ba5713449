public import NIOCore
public import RelayDomain

/// What the relay must know of the body of `POST /v1/chat/completions`, found in one scan. The body is never decoded whole.
///
/// Source: OpenAI's API reference, "Create chat completion".
public struct ChatRequest: Sendable {
    /// How many tokens one image is counted as: a bound of the published tile rule.
    public static let imageTokenBound: Int64 = 2_500
    /// Tokens of the reply's own frame, beyond what any byte of the body stands for.
    public static let frameTokenBound: Int64 = 16
    /// The most answers that one request may ask for.
    public static let choicesLimit: Int64 = 128

    public let model: ModelRequest
    public let isStream: Bool
    /// Whether the client itself set `stream_options.include_usage`.
    public let wantsUsage: Bool
    /// How many answers are generated, each up to the output limit: the larger of `n` and `best_of`, 1 where neither is given.
    public let choices: Int
    /// The output limit of one answer as the client asked, in tokens: the lesser of `max_tokens` and `max_completion_tokens`.
    public let askedOutputTokens: Int64?
    /// Never fewer tokens than the upstream will count for this prompt: a token is at least one byte.
    public let inputTokenBound: Int64

    let byteCount: Int
    let outline: JSONOutline
    /// The outline of `stream_options`, its offsets counted from the body's first byte.
    let streamOptions: JSONOutline?

    /// Reads a body: its readable bytes, whole.
    /// - Throws: a ``Refusal`` with `invalid_json`, whose message names the byte, or with `invalid_request`, whose `param` names the field.
    public init(scanning body: ByteBuffer) throws(Refusal) {
        self = try body.withUnsafeReadableBytes { bytes throws(Refusal) in
            try ChatRequest(RequestFields<ChatField>(scanning: bytes))
        }
    }

    private init(_ fields: RequestFields<ChatField>) throws(Refusal) {
        try fields.requireElements(.messages)
        model = try fields.model(.model, list: .models)
        isStream = try fields.bool(.stream) ?? false
        let options = try fields.object(.streamOptions, of: StreamOptionsField.self)
        wantsUsage = try options?.bool(.includeUsage) ?? false
        let n = try fields.wholeNumber(.n, in: 1...Self.choicesLimit) ?? 1
        let bestOf = try fields.wholeNumber(.bestOf, in: 1...Self.choicesLimit) ?? 1
        choices = Int(max(n, bestOf))
        let limits = [try fields.tokenLimit(.maxTokens), try fields.tokenLimit(.maxCompletionTokens)]
        askedOutputTokens = limits.compactMap(\.self).min()
        byteCount = fields.bytes.count
        outline = fields.outline
        streamOptions = fields.member(.streamOptions).flatMap { options?.outline.shifted(by: $0.value.lowerBound) }
        inputTokenBound = Int64(byteCount) + Self.frameTokenBound + Int64(outline.countedMembers) * Self.imageTokenBound
    }
}
