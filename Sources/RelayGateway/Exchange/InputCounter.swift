import NIOCore
import RelayDomain
import RelayTokenizer
import RelayWire

/// Counts a request's input: a cheap bound where that is enough, the exact tokens where it is cheap or where it decides.
struct InputCounter: Sendable {
    /// Bodies up to this size are counted on the event loop: some 15 microseconds, and 130 for the most awkward text.
    static let countedInPlaceBytes = 2 << 10

    /// nil where the relay has no vocabulary: then the bound is all there is.
    let tokenizer: Tokenizer?

    /// The count with which a request is first put to the ledger.
    func firstCount(of chat: ChatRequest, in body: ByteBuffer) -> InputCount {
        guard tokenizer == nil || body.readableBytes > Self.countedInPlaceBytes else { return finalCount(of: chat, in: body) }
        return InputCount(tokens: chat.inputTokenBound, isFinal: tokenizer == nil)
    }

    /// The best count that can be had. Not for an event loop, but for small bodies.
    func finalCount(of chat: ChatRequest, in body: ByteBuffer) -> InputCount {
        guard let tokenizer else { return InputCount(tokens: chat.inputTokenBound, isFinal: true) }
        let tokens = body.withUnsafeReadableBytes { bytes in ChatRequest.inputTokens(of: bytes) { Int64(tokenizer.count($0)) } }
        return InputCount(tokens: min(tokens, chat.inputTokenBound), isFinal: true)
    }
}
