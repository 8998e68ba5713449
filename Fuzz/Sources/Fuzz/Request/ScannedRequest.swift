internal import NIOCore
internal import RelayDomain
internal import RelayWire

/// The code under test: which type of the relay scans a body is known here and nowhere else.
struct ScannedRequest {
    private let request: ChatRequest
    private let body: ByteBuffer

    /// - Throws: the refusal that a client gets.
    init(_ bytes: [UInt8]) throws(Refusal) {
        // Behind other bytes, as in a buffer that was read from.
        body = ByteBuffer(bytes: [0x7B] + bytes).getSlice(at: 1, length: bytes.count) ?? ByteBuffer()
        request = try ChatRequest(scanning: body)
    }

    var model: ModelRequest { request.model }
    var isStream: Bool { request.isStream }
    var wantsUsage: Bool { request.wantsUsage }
    var choices: Int { request.choices }
    var askedOutputTokens: Int64? { request.askedOutputTokens }
    var inputTokenBound: Int64 { request.inputTokenBound }

    /// The input as it is counted where every byte of a text is a token.
    var inputTokensByBytes: Int64 {
        body.withUnsafeReadableBytes { ChatRequest.inputTokens(of: $0) { Int64($0.count) } }
    }

    func upstreamBody(model: String, maxOutputTokens: Int64) -> [UInt8] {
        let spliced = request.upstreamBody(from: body, model: model, maxOutputTokens: maxOutputTokens, allocator: ByteBufferAllocator())
        return Array(spliced.readableBytesView)
    }
}
