import NIOCore
import RelayDomain
import Testing

@testable import RelayWire

@Suite struct StreamScannerTests {
    @Test(
        "What comes of a stream is the same whole, in two pieces cut anywhere, and byte by byte",
        arguments: FramingCorpus.cases + MeaningCorpus.cases)
    func corpus(_ stream: StreamCase) {
        let bytes = Array(stream.input.utf8)
        let whole = StreamOutcome([bytes], dropsUsageChunk: stream.dropsUsageChunk, model: stream.model)
        #expect(whole.forwarded == Array(stream.forwarded.utf8), "\(whole.text)")
        #expect(whole.terminal == stream.terminal)
        #expect(whole.phase == stream.phase)
        #expect(whole.usage == stream.usage)
        #expect(whole.contentByteCount == stream.contentByteCount)
        #expect(whole.hasFinishReason == stream.hasFinishReason)
        #expect(whole.hasContent == (stream.contentByteCount > 0 || stream.hasFinishReason))
        for pieces in Pieces.everyWay(bytes) {
            let outcome = StreamOutcome(pieces, dropsUsageChunk: stream.dropsUsageChunk, model: stream.model)
            guard outcome != whole else { continue }
            Issue.record("pieces of \(pieces.map(\.count)) give \(outcome), not \(whole)")
            return
        }
    }

    @Test("A byte order mark is whole and the first of all, or it is no mark")
    func byteOrderMarks() {
        let part: [UInt8] = [0xEF, 0xBB]
        #expect(StreamOutcome([part]).forwarded == part + Array("\n\n".utf8))
        #expect(StreamOutcome([part + Array("\ndata: x".utf8)]).phase == .malformed)
        // A client does not see the error, and goes on.
        let late = "\n\u{FEFF}data: {\"error\":{}}\n\n"
        for pieces in Pieces.everyWay(Array(late.utf8)) {
            let outcome = StreamOutcome(pieces)
            #expect(outcome.phase == .flowing && outcome.text == late)
        }
    }

    @Test("Random streams, damaged too, come out the same in random pieces, and undamaged ones whole")
    func randomStreams() {
        var random = RandomJSON(generator: SeededGenerator())
        let seed = random.generator.seed
        let corpus = FramingCorpus.cases + MeaningCorpus.cases
        for round in 0..<3_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...5, using: &random.generator) {
                bytes += (corpus.randomElement(using: &random.generator)?.input ?? "").utf8
                if random.generator.chance(50) {
                    bytes += Event.data(random.object().replacing("\n", with: " ").replacing("\r", with: " ")).utf8
                }
            }
            if random.generator.chance(50) { bytes = random.damaged(bytes) }
            let drops = random.generator.chance(50)
            let model = random.generator.chance(50) ? "here" : nil
            let whole = StreamOutcome([bytes], dropsUsageChunk: drops, model: model)
            let pieces = Pieces.random(bytes, limit: 9, using: &random.generator)
            #expect(StreamOutcome(pieces, dropsUsageChunk: drops, model: model) == whole, "seed \(seed), round \(round)")
        }
    }

    @Test("A whole event that passes is a slice of what was read, also with the dropped event behind it")
    func slices() throws {
        let hi = Event.data(Event.content("hi"))
        let input = ByteBuffer(string: "xx" + hi + hi + Event.data(Event.usage) + Event.done)
        let read = try #require(input.getSlice(at: 2, length: input.readableBytes - 2))
        var scanner = StreamScanner(dropsUsageChunk: true, rewritesModelTo: nil)
        let result = scanner.receive(read)
        let forwarded = try #require(result)
        #expect(String(buffer: forwarded) == hi + hi)
        let storage = read.withUnsafeReadableBytes { $0.baseAddress }
        #expect(forwarded.withUnsafeReadableBytes { $0.baseAddress } == storage)
    }

    @Test("Each piece is given on as soon as it may be")
    func promptness() {
        var scanner = StreamScanner(dropsUsageChunk: true, rewritesModelTo: nil)
        func receive(_ text: String) -> String? { scanner.receive(ByteBuffer(string: text)).map { String(buffer: $0) } }
        #expect(receive(": ping\n") == ": ping\n")
        #expect(receive(#"data: {"id":"c","choices":["#) == nil)
        #expect(receive(#"{"delta":{"content":"a"#) == #"data: {"id":"c","choices":[{"delta":{"content":"a"#)
        #expect(scanner.contentByteCount == 1)
        #expect(receive("bc") == "bc")
        #expect(receive("\"}}]}\r") == "\"}}]}\r")
        #expect(receive("\n") == "\n")
        #expect(receive("\r") == "\r")
        #expect(receive("\n") == "\n")
        #expect(receive("data: [DONE]\r\n\r") == nil)
        #expect(scanner.phase == .terminated)
        #expect(receive("\n") == nil)
        #expect(scanner.terminal.map { String(buffer: $0) } == "data: [DONE]\r\n\r\n")
        #expect(scanner.finish() == nil)
    }

    @Test("With another name to put in, bytes wait for the name, not for the end of the event")
    func promptRenaming() {
        var scanner = StreamScanner(dropsUsageChunk: true, rewritesModelTo: "here")
        func receive(_ text: String) -> String? { scanner.receive(ByteBuffer(string: text)).map { String(buffer: $0) } }
        #expect(receive(#"data: {"choices":[{"delta":{"content":"a"}}],"#) == nil)
        #expect(receive(#""model":"th"#) == nil)
        #expect(receive(#"ere","x":"#) == #"data: {"choices":[{"delta":{"content":"a"}}],"model":"here","x":"#)
        #expect(receive("1}\n\n") == "1}\n\n")
    }
}
