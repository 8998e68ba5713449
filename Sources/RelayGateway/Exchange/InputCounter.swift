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

    /// Whether the endpoint's inputs are counted by the vocabulary.
    func counts(_ endpoint: Endpoint) -> Bool { tokenizer != nil && endpoint.hasKnownVocabulary }

    /// The count with which a request is first put to the ledger.
    func firstCount(of call: RelayedRequest, in body: ByteBuffer) -> InputCount {
        guard call.endpoint.isMetered, counts(call.endpoint) else { return InputCount(tokens: call.inputTokenBound, isFinal: true) }
        guard body.readableBytes > Self.countedInPlaceBytes else { return finalCount(of: call, in: body, upTo: .max) }
        return InputCount(tokens: call.inputTokenBound, isFinal: false)
    }

    /// The best count that can be had. Not for an event loop, but for small bodies.
    /// - Parameter limit: what is beyond it is not counted: it decides no more.
    func finalCount(of call: RelayedRequest, in body: ByteBuffer, upTo limit: Int64) -> InputCount {
        guard counts(call.endpoint) else { return InputCount(tokens: call.inputTokenBound, isFinal: true) }
        return InputCount(tokens: min(count(call.endpoint, in: body, upTo: limit) ?? .max, call.inputTokenBound), isFinal: true)
    }

    /// The tokens of a body's input; nil where the relay has no vocabulary.
    func count(_ endpoint: Endpoint, in body: ByteBuffer, upTo limit: Int64 = .max) -> Int64? {
        guard let tokenizer else { return nil }
        var left = Int(clamping: limit)
        return body.withUnsafeReadableBytes { bytes in
            RelayedRequest.inputTokens(of: bytes, for: endpoint) { text in
                guard left >= 0 else { return 0 }
                let count = tokenizer.count(text, upTo: left)
                left -= count
                return Int64(count)
            }
        }
    }
}
