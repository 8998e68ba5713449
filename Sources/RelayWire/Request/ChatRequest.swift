public import NIOCore
public import RelayDomain

/// What the relay must know of the body of `POST /v1/chat/completions`, found in one scan. The body is never decoded whole.
///
/// Source: OpenAI's API reference, "Create chat completion".
public struct ChatRequest: Sendable {
    /// What stands between the texts of a prompt, beyond what any byte of the body stands for: most of it is the preamble of tools.
    public static let frameTokenBound: Int64 = 144
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
    /// Never fewer tokens than the upstream will count for this prompt: a token is at least one byte, but for images, which are
    /// counted by their size.
    public let inputTokenBound: Int64

    let byteCount: Int
    let outline: JSONOutline
    /// The outline of `stream_options`, its offsets counted from the body's first byte.
    let streamOptions: JSONOutline?

    /// Reads a body: its readable bytes, whole.
    /// - Throws: a ``Refusal`` with `invalid_json`, whose message names the byte, or with `invalid_request`, whose `param` names the field.
    public init(scanning body: ByteBuffer) throws(Refusal) {
        self = try body.withUnsafeReadableBytes { bytes throws(Refusal) in
            try ChatRequest(RequestFields<ChatField>(scanning: bytes), of: bytes)
        }
    }

    private init(_ fields: RequestFields<ChatField>, of body: UnsafeRawBufferPointer) throws(Refusal) {
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
        inputTokenBound =
            outline.countedMembers == 0 ? Int64(byteCount) + Self.frameTokenBound : Self.inputTokens(of: body) { Int64($0.count) }
    }

    /// The input, counted text by text: the final count with an exact `count`, a bound with one that is none.
    /// - Parameters:
    ///   - body: the bytes that were scanned.
    ///   - count: the tokens of a text in UTF-8, never fewer than there are.
    public static func inputTokens(of body: UnsafeRawBufferPointer, counting count: (UnsafeRawBufferPointer) -> Int64) -> Int64 {
        var sum: Int64 = 0
        ChatPrompt.forEachPart(of: body) { part in
            switch part {
            case .text(let text): sum += count(text)
            case .tokens(let tokens): sum += tokens
            }
        }
        return sum
    }
}
