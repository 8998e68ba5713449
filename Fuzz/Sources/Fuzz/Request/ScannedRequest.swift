internal import NIOCore
internal import RelayDomain

@testable internal import RelayWire

/// The code under test: which type of the relay scans a body is known here and nowhere else.
struct ScannedRequest {
    private let request: RelayedRequest
    private let body: ByteBuffer

    /// - Throws: the refusal that a client gets.
    init(_ bytes: [UInt8], for endpoint: Endpoint) throws(Refusal) {
        // Behind other bytes, as in a buffer that was read from.
        body = ByteBuffer(bytes: [0x7B] + bytes).getSlice(at: 1, length: bytes.count) ?? ByteBuffer()
        request = try RelayedRequest(scanning: body, for: endpoint)
    }

    var model: ModelRequest { request.model }
    var isStream: Bool { request.isStream }
    var wantsUsage: Bool { request.wantsUsage }
    var choices: Int64 { request.choices }
    var askedOutputTokens: Int64? { request.askedOutputTokens }
    var inputTokenBound: Int64 { request.inputTokenBound }

    /// The input as it is counted where every byte of a text is a token.
    var inputTokensByBytes: Int64 {
        body.withUnsafeReadableBytes { RelayedRequest.inputTokens(of: $0, for: request.endpoint) { Int64($0.count) } }
    }

    /// Identifiers are put into angle brackets.
    func upstreamBody(model: String, maxOutputTokens: Int64) -> [UInt8] {
        let spliced = request.upstreamBody(
            from: body, model: model, maxOutputTokens: maxOutputTokens, allocator: ByteBufferAllocator()
        ) { "<\(String(decoding: $0, as: UTF8.self))>" }
        return Array(spliced.readableBytesView)
    }
}
