import NIOCore
import RelayDomain
import Testing

@testable import RelayWire

@Suite struct StreamLimitTests {
    private static let limit = StreamScanner.heldLimit

    /// Reads the stream in pieces of one size and returns the most bytes that were ever withheld, with the outcome.
    private static func mostHeld(_ input: String, pieceSize: Int, model: String? = nil) -> Int {
        var scanner = StreamScanner(dropsUsageChunk: true, rewritesModelTo: model)
        var buffer = ByteBuffer(string: input)
        var most = 0
        while buffer.readableBytes > 0, let piece = buffer.readSlice(length: min(pieceSize, buffer.readableBytes)) {
            _ = scanner.receive(piece)
            most = max(most, scanner.held.readableBytes)
        }
        return most
    }

    private static func expectSame(_ input: String, model: String? = nil, _ check: (StreamOutcome) -> Void) {
        let bytes = Array(input.utf8)
        let whole = StreamOutcome([bytes], dropsUsageChunk: true, model: model)
        check(whole)
        var generator = SeededGenerator()
        for limit in [500, 70_000] {
            let pieces = Pieces.random(bytes, limit: limit, using: &generator)
            #expect(StreamOutcome(pieces, dropsUsageChunk: true, model: model) == whole, "seed \(generator.seed)")
        }
        for cut in Self.limit - 2...Self.limit + 3 where cut < bytes.count {
            #expect(
                StreamOutcome([Array(bytes[..<cut]), Array(bytes[cut...])], dropsUsageChunk: true, model: model) == whole, "cut at \(cut)")
        }
    }

    @Test("A line of a MiB goes through byte for byte, and next to nothing of it is withheld")
    func longLine() {
        let image = String(repeating: "QUJD+/", count: (1 << 20) / 6)
        let input = Event.data(Event.content(image)) + Event.data(Event.usage) + Event.done
        Self.expectSame(input) { outcome in
            #expect(outcome.text == Event.data(Event.content(image)))
            #expect(outcome.contentByteCount == image.utf8.count)
            #expect(outcome.usage == Event.reported)
            #expect(outcome.phase == .terminated)
        }
        #expect(Self.mostHeld(input, pieceSize: 1_000) <= 1_000)
        #expect(Self.mostHeld(input, pieceSize: 1_000, model: "here") <= 1_000)
    }

    @Test("An event that does not tell what it is goes on when the limit is passed, unchanged")
    func undecidedEvent() {
        let padding = String(repeating: "p", count: 2 * Self.limit)
        let input =
            Event.data(#"{"padding":"\#(padding)","model":"there","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7}}"#)
            + Event.data(Event.finish)
        Self.expectSame(input) { outcome in
            #expect(outcome.text == input)
            #expect(outcome.usage == Event.reported)
        }
        Self.expectSame(input, model: "here") { outcome in
            #expect(outcome.text == input.replacing(Event.finish, with: Event.renamed(Event.finish)))
        }
        #expect(Self.mostHeld(input, pieceSize: 1_000) <= Self.limit)
    }

    @Test("The limit is exact: it holds for all bytes of an event but the one that ends it")
    func exactLimit() {
        func usage(_ length: Int) -> String {
            let frame = Event.data(#"{"x":"","usage":{"prompt_tokens":5,"completion_tokens":7}}"#).utf8.count
            return Event.data(
                #"{"x":"\#(String(repeating: "p", count: length - frame))","usage":{"prompt_tokens":5,"completion_tokens":7}}"#)
        }
        Self.expectSame(usage(Self.limit + 1)) { #expect($0.forwarded.isEmpty) }
        Self.expectSame(usage(Self.limit + 2)) { #expect($0.text == usage(Self.limit + 2)) }
    }

    @Test("What an event says at the limit's very byte comes out the same wherever the stream is cut")
    func decisionsAtTheLimit() {
        let frame = #"data: {"x":"","error":1"#.utf8.count
        for place in Self.limit - 1...Self.limit + 3 {
            let padding = String(repeating: "p", count: place - frame)
            // The error's first byte is the event's byte number `place`: up to one beyond the limit it decides, then it comes too late.
            let failing = Event.data(#"{"x":"\#(padding)","error":1}"#)
            Self.expectSame(failing) { outcome in
                #expect(outcome.forwarded.isEmpty == (place <= Self.limit + 1), "\(place)")
                #expect(outcome.phase == .failed)
            }
            let named = Event.data(#"{"x":"\#(padding)","model":"","choices":[1]}"#)
            Self.expectSame(named, model: "here") { #expect($0.phase == .flowing) }
        }
    }

    @Test("A long error is withheld without being kept")
    func longError() {
        let input = Event.data(#"{"error":{"message":"\#(String(repeating: "p", count: 3 * Self.limit))"}}"#)
        Self.expectSame(input) { outcome in
            #expect(outcome.forwarded.isEmpty)
            #expect(outcome.phase == .failed)
        }
        #expect(Self.mostHeld(input, pieceSize: 1_000) <= 1_000)
    }

    @Test(
        "A long comment goes through; what is long and begins no JSON ends the stream",
        arguments: [
            (": ", true), ("data: ", false), ("data: [DONE]", false), ("event: ", false), ("<html>", false), ("id: 1\n: ", false),
        ])
    func longOther(start: String, passes: Bool) {
        let padding = String(repeating: " ", count: 3 * Self.limit)
        let input = start + padding + "\n\n" + Event.data(Event.finish)
        Self.expectSame(input) { outcome in
            #expect(outcome.text == (passes ? input : ""))
            #expect(outcome.phase == (passes ? .flowing : .malformed))
            #expect(outcome.terminal == nil)
        }
        #expect(Self.mostHeld(input, pieceSize: 1_000) <= Self.limit)
    }

    @Test("What is kept between events is a copy of few bytes, and nothing once they went on")
    func remainders() {
        var scanner = StreamScanner(dropsUsageChunk: true, rewritesModelTo: nil)
        let large = ByteBuffer(string: Event.data(Event.content(String(repeating: "x", count: 100_000))) + "data: {")
        _ = scanner.receive(large)
        #expect(scanner.held.readableBytes == 7)
        #expect(scanner.held.capacity < 100)
        #expect(scanner.held.withUnsafeReadableBytes { $0.baseAddress } != large.withUnsafeReadableBytes { $0.baseAddress })
        _ = scanner.receive(ByteBuffer(string: #""choices":[1]}"#))
        #expect(scanner.held.readableBytes == 0)
    }
}
