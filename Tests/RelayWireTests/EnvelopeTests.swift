import NIOCore
import RelayDomain
import Testing

@testable import RelayWire

@Suite struct EnvelopeTests {
    static let allocator = ByteBufferAllocator()

    @Test("A refusal is OpenAI's error object, all four keys always there")
    func body() {
        let refusal = Refusal(.invalidRequest, "`n` is \"wrong\"\n\u{1}é", param: "n")
        #expect(
            String(buffer: ErrorEnvelope.body(of: refusal, allocator: Self.allocator))
                == #"{"error":{"message":"`n` is \"wrong\"\n\u0001é","type":"invalid_request_error","param":"n","code":"invalid_request"}}"#
        )
    }

    @Test("In a stream it is one event, and param is null where there is none")
    func streamEvent() {
        let event = String(buffer: ErrorEnvelope.streamEvent(of: Refusal(.upstreamError, "gone"), allocator: Self.allocator))
        #expect(
            event == "data: {\"error\":{\"message\":\"gone\",\"type\":\"server_error\",\"param\":null,\"code\":\"upstream_error\"}}\n\n")
        var scanner = StreamScanner(dropsUsageChunk: false, rewritesModelTo: nil)
        #expect(scanner.receive(ByteBuffer(string: event)) == nil)
        #expect(scanner.phase == .failed)
    }

    @Test("Every code has an envelope that parses", arguments: Refusal.Code.allCases)
    func everyCode(code: Refusal.Code) throws {
        let body = ErrorEnvelope.body(of: Refusal(code, "m"), allocator: Self.allocator)
        let error = try #require(ReferenceJSON.parse(Array(body.readableBytesView))?["error"])
        #expect(error["code"] == .text(code.rawValue))
        #expect(error["message"] == .text("m"))
        #expect(error["param"] == .null)
    }

    @Test("The closing comment is one line, with exact credits")
    func closing() {
        let comment = StreamClosing.comment(
            requestID: "req_1", charged: Credits(thousandths: 125_250), remaining: Credits(thousandths: -1), allocator: Self.allocator)
        #expect(
            String(buffer: comment) == ": nexrelay {\"request_id\":\"req_1\",\"credits_charged\":125.25,\"credits_remaining\":-0.001}\n")
    }

    @Test("The writer sets every comma and writes every kind of value")
    func writer() {
        var writer = JSONWriter(appendingTo: ByteBuffer(string: "x"))
        writer.beginObject()
        writer.key("a")
        writer.beginArray()
        writer.integer(-1)
        writer.bool(true)
        writer.null()
        writer.beginObject()
        writer.endObject()
        writer.credits(Credits(3))
        writer.endArray()
        writer.key("b\"")
        writer.string("\\\r\t")
        writer.endObject()
        #expect(String(buffer: writer.buffer) == #"x{"a":[-1,true,null,{},3],"b\"":"\\\r\t"}"#)
    }

    @Test("Any text comes back as it was")
    func strings() throws {
        for text in ["", "\u{0}\u{1F}\u{7F}", "é€\u{1F600}", "\u{2028}", #"\u0041"#] {
            let quoted = JSONWriter.quoted(text)
            #expect(ReferenceJSON.parse(Array(quoted.utf8)) == .text(text))
        }
    }
}
