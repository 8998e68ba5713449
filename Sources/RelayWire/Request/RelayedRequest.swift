public import NIOCore
public import RelayDomain

/// What the relay must know of a request's body, found in one scan. The body is never decoded whole.
public struct RelayedRequest: Sendable {
    /// What stands between the texts of a prompt, beyond what any byte of the body stands for: most of it is the preamble of tools.
    public static let frameTokenBound: Int64 = 144
    /// The most answers that one prompt may ask for.
    public static let choicesLimit: Int64 = 128

    public let endpoint: Endpoint
    public let model: ModelRequest
    public let isStream: Bool
    /// Whether a stream brings usage without the relay's asking: the client itself set `stream_options.include_usage`, or the endpoint
    /// always sends it.
    public let wantsUsage: Bool
    /// How many answers are generated, each up to the output limit: the larger of `n` and `best_of` for each prompt.
    public let choices: Int64
    /// The field that asks for so many.
    public let choicesField: String
    /// The output limit of one answer as the client asked, in tokens: the lesser where there are two.
    public let askedOutputTokens: Int64?
    /// Never fewer tokens than the upstream will count for this prompt: a token is at least one byte, but for images, which are
    /// counted by their size.
    public let inputTokenBound: Int64

    let byteCount: Int
    let outline: JSONOutline
    /// The outline of `stream_options`, its offsets counted from the body's first byte.
    let streamOptions: JSONOutline?

    /// Reads a body: its readable bytes, whole.
    /// - Throws: a ``Refusal`` with `invalid_json`, whose message names the byte; with `invalid_request`, or with `unsupported_parameter` for
    ///   what cannot be metered or belongs to the upstream's account alone, whose `param` names the field.
    public init(scanning body: ByteBuffer, for endpoint: Endpoint = .chatCompletions) throws(Refusal) {
        self = try body.withUnsafeReadableBytes { bytes throws(Refusal) in
            try RelayedRequest(RequestFields<BodyField>(scanning: bytes, watching: endpoint.watch), of: bytes, for: endpoint)
        }
    }

    private init(_ fields: RequestFields<BodyField>, of body: UnsafeRawBufferPointer, for endpoint: Endpoint) throws(Refusal) {
        self.endpoint = endpoint
        let prompts = try fields.prompts(of: endpoint)
        model = try fields.model(.model, list: .models)
        isStream = try fields.bool(.stream) ?? false
        let options = try fields.object(.streamOptions, of: StreamOptionsField.self)
        wantsUsage = try options?.bool(.includeUsage) ?? false || !endpoint.asksForUsage
        try fields.requireSupported(for: endpoint)
        let n = try fields.wholeNumber(.n, in: 1...Self.choicesLimit) ?? 1
        let bestOf = try fields.wholeNumber(.bestOf, in: 1...Self.choicesLimit) ?? 1
        choices = max(n, bestOf) * prompts
        choicesField = (n >= bestOf && n > 1 ? BodyField.n : bestOf > 1 ? .bestOf : prompts > 1 ? endpoint.promptField : .n).key
        var limits: [Int64] = []
        for field in endpoint.outputFields {
            if let limit = try fields.tokenLimit(field, least: endpoint.leastOutputTokens) { limits.append(limit) }
        }
        askedOutputTokens = limits.min()
        byteCount = fields.bytes.count
        outline = fields.outline
        streamOptions = fields.member(.streamOptions).flatMap { options?.outline.shifted(by: $0.value.lowerBound) }
        inputTokenBound =
            if !endpoint.isMetered {
                0
            } else if outline.countedMembers == 0, endpoint.hasKnownVocabulary {
                // Without an image the body's own bytes are bound enough: it need not be walked.
                Int64(byteCount) + Self.frameTokenBound
            } else {
                Self.inputTokens(of: body, for: endpoint) { Int64($0.count) }
            }
    }

    /// The input, counted text by text: the final count with an exact `count`, a bound with one that is none.
    /// - Parameters:
    ///   - body: the bytes that were scanned.
    ///   - count: the tokens of a text in UTF-8, never fewer than there are.
    public static func inputTokens(
        of body: UnsafeRawBufferPointer, for endpoint: Endpoint = .chatCompletions, counting count: (UnsafeRawBufferPointer) -> Int64
    ) -> Int64 {
        var sum: Int64 = 0
        Prompt.forEachPart(of: body, for: endpoint) { part in
            switch part {
            case .text(let text): sum += count(text)
            case .tokens(let tokens): sum += tokens
            }
        }
        return sum
    }
}
