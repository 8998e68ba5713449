import NIOCore
import RelayDomain
import Testing

@testable import RelayWire

/// Streams whose events have types.
@Suite struct ResponseStreamTests {
    private static func event(_ type: String, _ members: String, named: Bool = true) -> String {
        (named ? "event: \(type)\n" : "") + "data: {\"type\":\"\(type)\",\"sequence_number\":1\(members.isEmpty ? "" : ",")\(members)}\n\n"
    }

    private static let usage =
        #""usage":{"input_tokens":10,"input_tokens_details":{"cached_tokens":4},"output_tokens":5,"output_tokens_details":{"reasoning_tokens":2},"total_tokens":15}"#
    private static let reported = ReportedUsage(prompt: 10, cached: 4, completion: 5, reasoning: 2)
    private static let created = event(
        "response.created", #""response":{"id":"r","model":"up","status":"in_progress","output":[],"error":null,"usage":null}"#)
    private static let delta = event("response.output_text.delta", #""item_id":"m","delta":"hello","logprobs":[]"#)
    private static let text = event("response.output_text.done", #""text":"hello""#)
    private static func end(_ status: String, output: String = #"[{"type":"message","content":[]}]"#, named: Bool = true) -> String {
        event(
            "response.\(status)", #""response":{"id":"r","model":"up","status":"\#(status)","output":\#(output),\#(usage)}"#, named: named)
    }

    private static func outcome(_ text: String, model: String? = nil) -> StreamOutcome {
        let bytes = Array(text.utf8)
        let whole = StreamOutcome([bytes], of: .responses, model: model)
        for pieces in Pieces.everyWay(bytes) {
            let outcome = StreamOutcome(pieces, of: .responses, model: model)
            guard outcome != whole else { continue }
            Issue.record("pieces of \(pieces.map(\.count)) give \(outcome), not \(whole)")
            break
        }
        return whole
    }

    @Test("The last event is withheld, with its usage; all before it goes on as it came", arguments: ["completed", "incomplete"])
    func ends(status: String) {
        let end = Self.end(status)
        let outcome = Self.outcome(Self.created + Self.delta + Self.text + end + "data: [DONE]\n\n")
        #expect(outcome.text == Self.created + Self.delta + Self.text)
        #expect(outcome.terminal == end)
        #expect(outcome.phase == .terminated && outcome.usage == Self.reported)
        #expect(outcome.contentByteCount == 5 && outcome.hasContent)
    }

    @Test("Types are read from the data, or else from the event's name; line ends and order do not matter")
    func forms() {
        #expect(Self.outcome(Self.delta + Self.end("completed", named: false)).phase == .terminated)
        let unnamed = "event: response.completed\ndata: {\"response\":{\"output\":[1],\(Self.usage)}}\n\n"
        #expect(Self.outcome(Self.delta + unnamed).terminal == unnamed)
        let last = "data: {\"response\":{\"output\":[1],\(Self.usage)},\"type\":\"response.completed\"}\n\n"
        #expect(Self.outcome(Self.delta + last).terminal == last)
        let crlf = (Self.delta + Self.end("completed")).replacing("\n", with: "\r\n")
        #expect(Self.outcome(crlf).phase == .terminated)
        #expect(Self.outcome(": ping\n\n" + Self.delta).text == ": ping\n\n" + Self.delta)
    }

    @Test("A response that came to nothing is none, but for one whose limit ended its thoughts")
    func nothing() {
        let empty = Self.end("completed", output: "[]").replacing(Self.usage, with: #""usage":null"#)
        #expect(!Self.outcome(Self.created + empty).hasContent)
        #expect(Self.outcome(Self.created + Self.end("incomplete", output: "[]")).hasContent)
        // Not streamed piece by piece, but there.
        #expect(Self.outcome(Self.created + Self.end("completed")).hasContent)
        #expect(Self.outcome(Self.created + Self.delta).phase == .flowing)
        #expect(Self.outcome(Self.created + Self.delta + "data: [DONE]\n\n").phase == .flowing)
    }

    @Test("An event that says that it is a piece, and is the end, is not given on whole")
    func twoTypes() {
        let named = "event: response.output_text.delta\n" + Self.end("completed").dropFirst("event: response.completed\n".count)
        #expect(Self.outcome(Self.delta + named).terminal == named)
        for type in ["response.completed", "response.failed"] {
            let twice =
                "data: {\"type\":\"response.output_text.delta\",\"delta\":\"x\",\"type\":\"\(type)\",\"response\":{\"output\":[1],\(Self.usage)}}\n\n"
            for pieces in [[Array((Self.delta + twice).utf8)]]
                + (twice.utf8.indices.map { index in
                    [Array(Self.delta.utf8), Array(twice.utf8[..<index]), Array(twice.utf8[index...])]
                })
            {
                let outcome = StreamOutcome(pieces, of: .responses)
                #expect(outcome.phase == .malformed && outcome.terminal == nil)
                #expect(!outcome.text.contains("}}\n"))
            }
        }
    }

    @Test("What was known before an error decides whether its event is given on, and only snapshots have their model renamed")
    func order() {
        let unknown = Self.event("response.strange", #""response":{"model":"up","error":{"code":"x"}}"#)
        #expect(Self.outcome(Self.delta + unknown).text == Self.delta + unknown)
        #expect(Self.outcome(Self.delta + unknown).phase == .failed)
        let early = "data: {\"error\":{\"code\":\"x\"},\"type\":\"response.strange\"}\n\n"
        #expect(Self.outcome(Self.delta + early).text == Self.delta)
        let piece = Self.event("response.strange", #""response":{"model":"up"}"#)
        #expect(Self.outcome(piece, model: "here").text == piece)
    }

    @Test("A completed response without output is whole where output was reported: it came to thoughts alone")
    func thoughts() {
        #expect(Self.outcome(Self.created + Self.end("completed", output: "[]")).hasContent)
        let nothing = Self.end("completed", output: "[]").replacing(Self.usage, with: #""usage":{"input_tokens":9,"output_tokens":0}"#)
        #expect(!Self.outcome(Self.created + nothing).hasContent)
    }

    @Test("A snapshot that says how the response stands ends nothing")
    func snapshots() {
        let snapshot = Self.event("response.in_progress", #""response":{"status":"incomplete","output":[]}"#)
        let outcome = Self.outcome(snapshot + Self.delta)
        #expect(outcome.phase == .flowing && !outcome.hasFinishReason)
    }

    @Test("A failure is withheld, whatever its form, and the usage that it reports is kept")
    func failures() {
        let failed = Self.event(
            "response.failed", #""response":{"status":"failed","error":{"code":"server_error","message":"secret"},\#(Self.usage)}"#)
        let error = Self.event("error", #""code":"server_error","message":"secret""#)
        for event in [failed, error, "event: error\ndata: {\"message\":\"secret\"}\n\n", "data: {\"error\":{\"message\":\"secret\"}}\n\n"] {
            let outcome = Self.outcome(Self.created + Self.delta + event)
            #expect(outcome.phase == .failed && outcome.text == Self.created + Self.delta, "\(event)")
            #expect(outcome.usage == (event == failed ? Self.reported : nil))
        }
    }

    @Test("The model is called by the name that the client knows, in every event that has it, the last one too")
    func alias() {
        let outcome = Self.outcome(Self.created + Self.delta + Self.end("completed"), model: "here")
        #expect(outcome.text == (Self.created + Self.delta).replacing("\"model\":\"up\"", with: "\"model\":\"here\""))
        #expect(outcome.terminal == Self.end("completed").replacing("\"model\":\"up\"", with: "\"model\":\"here\""))
    }

    @Test("A last event of any length is withheld whole, up to the limit of an answer")
    func longEnd() {
        let long = String(repeating: "x", count: StreamScanner.heldLimit * 3)
        let end = Self.event("response.completed", #""response":{"instructions":"\#(long)","output":[1],\#(Self.usage)}"#)
        let outcome = StreamOutcome([Array((Self.delta + end).utf8)], of: .responses)
        #expect(outcome.terminal == end && outcome.usage == Self.reported)
        let bytes = Array((Self.delta + end).utf8)
        let pieces = stride(from: 0, to: bytes.count, by: 1_000).map { Array(bytes[$0..<min($0 + 1_000, bytes.count)]) }
        #expect(StreamOutcome(pieces, of: .responses) == outcome)
        var scanner = StreamScanner(of: .responses, dropsUsageChunk: false, rewritesModelTo: nil, terminalLimit: 100_000)
        _ = scanner.receive(ByteBuffer(string: Self.delta + end))
        #expect(scanner.phase == .malformed && scanner.hasContent)
        // Without any type it might be one, so it is withheld as long.
        let last = "data: {\"response\":{\"instructions\":\"\(long)\",\"output\":[1],\(Self.usage)},\"type\":\"response.completed\"}\n\n"
        #expect(StreamOutcome([Array((Self.delta + last).utf8)], of: .responses).terminal == last)
        // What is no end may be as long as it likes.
        let piece = Self.event("response.output_text.delta", #""delta":"\#(long)""#)
        #expect(StreamOutcome([Array(piece.utf8)], of: .responses).text == piece)
    }

    @Test("Plain answers of each endpoint are told from what is none")
    func plain() {
        func isUsable(_ text: String, _ endpoint: Endpoint) -> Bool {
            var scanner = AnswerScanner(of: endpoint)
            Array(text.utf8).withUnsafeBytes { scanner.scan($0) }
            return scanner.isUsable
        }
        #expect(isUsable(#"{"status":"completed","output":[{"content":[{"type":"output_text","text":"a"}]}],"error":null}"#, .responses))
        #expect(isUsable(#"{"status":"incomplete","output":[]}"#, .responses))
        #expect(!isUsable(#"{"status":"failed","output":[],"error":{"code":"x"}}"#, .responses))
        #expect(!isUsable(#"{"status":"failed","output":[]}"#, .responses))
        #expect(!isUsable(#"{"status":"in_progress","output":[{"type":"message"}],"error":null}"#, .responses))
        #expect(!isUsable(#"{"status":"completed","output":[]}"#, .responses))
        #expect(isUsable(#"{"status":"completed","output":[],\#(Self.usage)}"#, .responses))
        #expect(!isUsable(#"{"choices":[{}]}"#, .responses))
        #expect(isUsable(#"{"data":[{"embedding":[0.1]}],"model":"m","usage":{"prompt_tokens":3,"total_tokens":3}}"#, .embeddings))
        #expect(!isUsable(#"{"data":[]}"#, .embeddings))
        #expect(isUsable(#"{"results":[{"flagged":false}]}"#, .moderations))
        #expect(!isUsable(#"{"results":[{"flagged":false}],"error":{}}"#, .moderations))
        #expect(isUsable(#"{"choices":[{"text":"a"}]}"#, .completions))
    }

    @Test("What a response delivers is counted once: text, thoughts, names and arguments of calls")
    func delivered() {
        var scanner = AnswerScanner(of: .responses, collectsText: true)
        let text =
            #"{"instructions":"no","output":[{"type":"reasoning","summary":[{"type":"summary_text","text":"th"}]},{"type":"message","id":"x","content":[{"type":"output_text","text":"ab\u00e9"}]},{"type":"function_call","name":"f","arguments":"{}"}],\#(Self.usage),"model":"m"}"#
        Array(text.utf8).withUnsafeBytes { scanner.scan($0) }
        #expect(String(decoding: scanner.takeDelivered(), as: UTF8.self) == "thabéf{}")
        #expect(scanner.usage == Self.reported)
        let outcome = Self.outcome(Self.delta + Self.text + Self.event("response.function_call_arguments.delta", #""delta":"{}""#))
        #expect(outcome.contentByteCount == 7)
    }
}
