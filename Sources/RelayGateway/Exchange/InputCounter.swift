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
        guard tokenizer == nil || body.readableBytes > Self.countedInPlaceBytes else {
            return finalCount(of: chat, in: body, upTo: .max)
        }
        return InputCount(tokens: chat.inputTokenBound, isFinal: tokenizer == nil)
    }

    /// The best count that can be had. Not for an event loop, but for small bodies.
    /// - Parameter limit: what is beyond it is not counted: it decides no more.
    func finalCount(of chat: ChatRequest, in body: ByteBuffer, upTo limit: Int64) -> InputCount {
        guard let tokenizer else { return InputCount(tokens: chat.inputTokenBound, isFinal: true) }
        var left = Int(clamping: limit)
        let tokens = body.withUnsafeReadableBytes { bytes in
            ChatRequest.inputTokens(of: bytes) { text in
                guard left >= 0 else { return 0 }
                let count = tokenizer.count(text, upTo: left)
                left -= count
                return Int64(count)
            }
        }
        return InputCount(tokens: min(tokens, chat.inputTokenBound), isFinal: true)
    }
}
