import Foundation
import NIOCore
import RelayDomain
import Testing

@testable import RelayWire

@Suite("The text that was delivered") struct DeliveredTextTests {
    private func taken(_ pieces: [[UInt8]], all: Bool = true) -> String {
        var scanner = StreamScanner(dropsUsageChunk: true, rewritesModelTo: nil, collectsText: true)
        var text: [UInt8] = []
        for piece in pieces {
            _ = scanner.receive(ByteBuffer(bytes: piece))
            if !all { text += scanner.takeDelivered() }
        }
        return String(decoding: text + scanner.takeDelivered(), as: UTF8.self)
    }

    private static let stream =
        #"data: {"choices":[{"delta":{"role":"assistant","content":""}}]}"# + "\n\n"
        + #"data: {"choices":[{"delta":{"content":"\ud83d\ude00 \u00e9é \"x\"\n"}}]}"# + "\n\n"
        + #"data: {"choices":[{"delta":{"tool_calls":[{"function":{"name":"f","arguments":"{\"a\":1}"}}]}}]}"# + "\n\n"
        + #"data: {"choices":[{"delta":{"content":"half \ud83d pair"}}]}"# + "\n\n"
    private static let text = "😀 éé \"x\"\nf{\"a\":1}half \u{FFFD} pair"

    @Test("It is decoded, whatever the pieces in which the stream comes")
    func everySplit() {
        for pieces in Pieces.everyWay(Array(Self.stream.utf8)) { #expect(taken(pieces) == Self.text) }
    }

    @Test("Taken as it comes it is the same, but where a character is cut")
    func asItComes() {
        let events = Self.stream.components(separatedBy: "\n\n").map { Array(($0 + "\n\n").utf8) }
        #expect(taken(events, all: false) == Self.text)
    }

    @Test("What was not given on was not delivered: an error event's text, the rest of an event that is not whole")
    func withheld() {
        let error = #"data: {"error":{"message":"no"},"choices":[{"delta":{"content":"secret"}}]}"# + "\n\n"
        #expect(taken([Array((Self.stream + error).utf8)]) == Self.text)
        #expect(taken([Array((Self.stream + #"data: {"content":"x","choi"#).utf8)]) == Self.text)
    }

    @Test("Without need nothing is kept")
    func notCollected() {
        var scanner = StreamScanner(dropsUsageChunk: true, rewritesModelTo: nil)
        _ = scanner.receive(ByteBuffer(string: Self.stream))
        #expect(scanner.collectedByteCount == 0 && scanner.contentByteCount > 0)
    }

    @Test("A chunk without choices whose usage is null is one that the client did not ask for", arguments: [false, true])
    func nullUsage(asked: Bool) {
        var scanner = StreamScanner(dropsUsageChunk: !asked, rewritesModelTo: nil)
        let chunk = #"data: {"id":"x","choices":[],"usage":null}"# + "\n\n"
        #expect((scanner.receive(ByteBuffer(string: chunk)) == nil) == !asked)
        // An event that says nothing of usage is none of the relay's business.
        let other = #"data: {"id":"x","choices":[],"prompt_filter_results":[]}"# + "\n\n"
        #expect(scanner.receive(ByteBuffer(string: other)) == ByteBuffer(string: other))
    }
}
