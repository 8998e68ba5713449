/// The framing of event streams: how a stream is cut makes no difference, nothing is made up, what is withheld is bounded, and
/// what a stream says is what is found event by event.
enum StreamTarget {
    static func run(_ bytes: [UInt8]) {
        guard let input = StreamInput(bytes) else { return }
        let whole = StreamResult(input, [input.stream[...]])
        for pieces in Pieces.ways(input.stream) {
            let result = StreamResult(input, pieces)
            require(result == whole, "pieces of \(pieces.prefix(40).map(\.count)) give what the whole gives: \(result) and \(whole)")
        }
        // What is too long to be withheld is given on before it is known.
        if input.stream.count < StreamInput.longBytes, !input.isTyped { compare(whole, input) }
        if input.model == nil { requireNothingMadeUp(whole, of: input.stream) }
    }

    private static func compare(_ result: StreamResult, _ input: StreamInput) {
        let expected = ExpectedStream(input.stream, dropsUsageChunk: input.dropsUsageChunk)
        requireEqual("isBroken", result.isBroken, expected.isBroken, of: input.stream)
        requireEqual("terminal", result.terminal, expected.terminal, of: input.stream)
        if input.model == nil { requireForwarded(result.forwarded, expected) }
        if expected.isBroken { return }
        requireEqual("usage", result.usage, expected.usage, of: input.stream)
        requireEqual("contentByteCount", result.contentByteCount, expected.contentByteCount, of: input.stream)
        requireEqual("hasFinishReason", result.hasFinishReason, expected.hasFinishReason, of: input.stream)
        guard input.collectsText, String(validating: input.stream, as: UTF8.self) != nil else { return }
        requireEqual("text", String(decoding: result.text, as: UTF8.self), expected.text, of: input.stream)
    }

    /// A broken event may be given on in part, until it is known as such.
    private static func requireForwarded(_ bytes: [UInt8], _ expected: ExpectedStream) {
        let part = expected.isBroken ? Array(bytes.prefix(expected.forwarded.count)) : bytes
        require(part == expected.forwarded, "\(shown(bytes)) is \(shown(expected.forwarded))")
    }

    /// Without a name to write, what was given on is what came, with parts left out and at most two line feeds behind it.
    private static func requireNothingMadeUp(_ result: StreamResult, of stream: [UInt8]) {
        var at = 0
        var behind = 0
        for byte in result.forwarded + (result.terminal ?? []) {
            while at < stream.count, stream[at] != byte { at += 1 }
            if at < stream.count {
                at += 1
            } else {
                behind += 1
                require(byte == 0x0A && behind <= 2, "nothing is made up: \(shown(result.forwarded))")
            }
        }
    }
}
