import Foundation
import NIOCore
import Testing

@testable import UpstreamSimulator

@Suite struct StreamedResponseTests {
    private func transcript(_ directives: String = "", fields: String = "", most: Int = .max) throws -> Transcript {
        try Transcript(directives, to: .responses, body: ChatJSON.response(stream: true, fields: fields), most: most)
    }

    /// The types of the events, without `response.`.
    private func types(_ directives: String, fields: String = "") throws -> [String] {
        try transcript(directives, fields: fields).message.chunks.map {
            ($0.at("type", as: String.self) ?? "").replacingOccurrences(of: "response.", with: "")
        }
    }

    private let opening = ["created", "in_progress", "output_item.added", "content_part.added"]
    private let closing = ["output_text.done", "content_part.done", "output_item.done", "completed"]

    @Test("A stream is OpenAI's named events, numbered from 0, and ends with the whole response and no [DONE]")
    func shape() throws {
        let transcript = try transcript("content=\"one, two, three\"")
        let answer = transcript.message
        #expect(answer.fields["content-type"] == "text/event-stream; charset=utf-8")
        #expect(answer.isWhole && answer.rest.isEmpty && !answer.text.contains("[DONE]"))
        let chunks = answer.chunks
        #expect(try types("content=\"one, two, three\"") == opening + Array(repeating: "output_text.delta", count: 3) + closing)
        #expect(answer.namedEvents.map(\.name) == chunks.map { $0.at("type", as: String.self) })
        #expect(chunks.map { $0.at("sequence_number") } == Array(0..<chunks.count))
        #expect(chunks.compactMap { $0.at("delta", as: String.self) } == ["one, ", "two, ", "three"])
        #expect(chunks[0].at("response.status", as: String.self) == "in_progress" && chunks[0].at("response.usage", as: NSNull.self) != nil)
        #expect(chunks[7].at("text", as: String.self) == "one, two, three")
        #expect(chunks[8].at("part.text", as: String.self) == "one, two, three")
        #expect(Set(chunks.compactMap { $0.at("item_id", as: String.self) ?? $0.at("item.id", as: String.self) }).count == 1)
        let last = try #require(chunks.last?.at("response", as: [String: Any].self))
        let plain = try #require(
            try Transcript("content=\"one, two, three\"", to: .responses, body: ChatJSON.response()).message.json)
        #expect(last as NSDictionary == plain as NSDictionary)
        #expect(transcript.outcome?.ending == .answered && transcript.outcome?.streams == true)
        #expect(transcript.outcome?.reported == TokenUsage(prompt: 8, completion: 4))
    }

    @Test("A response that its limit cuts ends with response.incomplete and its usage")
    func incomplete() throws {
        let last = try #require(try transcript("chunks=100", fields: #""max_output_tokens":16"#).message.chunks.last)
        #expect(last.at("type", as: String.self) == "response.incomplete")
        #expect(last.at("response.incomplete_details.reason", as: String.self) == "max_output_tokens")
        #expect(last.at("response.usage.output_tokens") == 16)
    }

    @Test("A streamed function call comes as its arguments in pieces")
    func tools() throws {
        let types = try types("tools;chunks=2")
        #expect(
            types[2...] == [
                "output_item.added", "function_call_arguments.delta", "function_call_arguments.delta",
                "function_call_arguments.done", "output_item.done", "completed",
            ])
        let chunks = try transcript("tools;chunks=2").message.chunks
        #expect(chunks.compactMap { $0.at("delta", as: String.self) }.joined() == chunks[5].at("arguments", as: String.self))
        #expect(chunks[2].at("item.name", as: String.self) == "get_weather")
    }

    @Test("Usage comes in the last event always, and in earlier ones where it is asked for")
    func usagePlaces() throws {
        func figures(_ variant: String) throws -> [Int?] {
            let text = "content=12345678;chunks=2;prompt=10;completion=4;usage=\(variant)"
            return try transcript(text).message.chunks.filter { $0["response"] != nil }.map { $0.at("response.usage.output_tokens") }
        }
        // The response stands in created, in_progress, and the last; and in what is added.
        #expect(try figures("bare") == [nil, nil, 4])
        #expect(try figures("every") == [0, 0, 2, 4, 4])
        #expect(try figures("finish") == [nil, nil, 4, 4])
        #expect(try figures("twice") == [nil, nil, 2, 4])
        #expect(try figures("null") == [nil, nil, nil])
        #expect(try figures("missing") == [nil, nil, nil])
        #expect(!(try transcript("usage=missing").message.text.contains("usage")))
        #expect(try types("chunks=1;usage=twice").suffix(3) == ["output_item.done", "in_progress", "completed"])
        for variant in UsageVariant.allCases {
            // Not by the chunks: `huge` is no JSON for Foundation.
            let answer = try transcript("usage=\(variant.rawValue)").message
            for number in answer.events.indices { #expect(answer.events[number].contains("\"sequence_number\":\(number),")) }
        }
    }

    @Test("An error event carries the next number, and the stream ends cleanly after it")
    func errorAfter() throws {
        let transcript = try transcript("chunks=4;error-after=2")
        #expect(try types("chunks=4;error-after=2") == opening + ["output_text.delta", "output_text.delta", "error"])
        #expect(transcript.message.isWhole && transcript.last != .close)
        #expect(transcript.message.namedEvents.last?.name == "error")
        let last = try #require(transcript.message.chunks.last)
        #expect(Set(last.keys) == ["type", "code", "message", "param", "sequence_number"])
        #expect(last.at("code", as: String.self) == "server_error" && last.at("sequence_number") == 6)
        #expect(transcript.outcome?.ending == .broken)
    }

    @Test("A response that fails says so, with an error and without usage")
    func failedAfter() throws {
        let transcript = try transcript("chunks=4;failed-after=0")
        let last = try #require(transcript.message.chunks.last)
        #expect(transcript.message.isWhole && transcript.message.chunks.count == 5)
        #expect(last.at("type", as: String.self) == "response.failed")
        #expect(last.at("response.status", as: String.self) == "failed")
        #expect(last.at("response.error.code", as: String.self) == "server_error")
        #expect(last.at("response.usage", as: NSNull.self) != nil)
        #expect(transcript.outcome?.ending == .broken)
    }

    @Test("A stream may end cleanly without its last event, or have no content at all")
    func ends() throws {
        #expect(try types("chunks=1;no-done") == opening + ["output_text.delta"] + closing.dropLast())
        #expect(try transcript("no-done").message.isWhole)
        let empty = try transcript("empty-stream")
        #expect(empty.message.namedEvents.map(\.name) == ["response.created", "response.completed"])
        #expect(empty.message.chunks.last?.at("response.output", as: [Any].self)?.isEmpty == true)
        #expect(empty.outcome?.ending == .broken)
    }

    @Test("A cut or a hang comes after the deltas that are asked for, and before what follows them")
    func breaks() throws {
        for (directive, deltas) in [("cut=0", 0), ("cut=2", 2), ("cut=99", 4), ("hang=3", 3), ("cut=body", 2)] {
            let transcript = try transcript("chunks=4;\(directive)")
            #expect(transcript.last == (directive.hasPrefix("cut") ? .close : .hang))
            #expect(transcript.message.chunks.count == opening.count + deltas)
            #expect(!transcript.message.isWhole)
        }
        #expect(try transcript("cut=head").message.body.isEmpty)
    }

    @Test(
        "However the events are written, they say the same",
        arguments: [
            "crlf", "cr", "nospace", "comments", "multiline", "bom", "tiny", "cr;multiline;tiny",
            "crlf;nospace;comments;multiline;bom;tiny",
        ], ["content=\"a, b ü,\"", "tools", "chunks=2;content=\"\""])
    func styles(_ style: String, _ content: String) throws {
        let usual = try transcript(content).message
        let styled = try transcript("\(content);\(style)").message
        #expect(styled.isWhole)
        #expect(styled.body != usual.body || style == "tiny")
        expectSame(styled, usual)
        if style.contains("multiline") { #expect(styled.events.allSatisfy { $0.split(separator: "\n").count == 3 }) }
        if style.contains("nospace") { #expect(styled.text.contains("event:response.created")) }
    }

    @Test("An event that is too long for one write may be broken into lines as well")
    func longLines() throws {
        let long = "chunks=2;chunk-bytes=70000"
        let styled = try transcript("\(long);multiline").message
        expectSame(styled, try transcript(long).message)
        #expect(styled.events.allSatisfy { $0.split(separator: "\n").count == 3 })
    }

    private func expectSame(_ styled: ReceivedAnswer, _ usual: ReceivedAnswer) {
        #expect(styled.namedEvents.map(\.name) == usual.namedEvents.map(\.name))
        #expect(styled.events.map { $0.replacingOccurrences(of: "\n", with: "") } == usual.events)
        #expect(styled.chunks.count == usual.events.count)
    }

    @Test("Each event is a write of its own, and the last leaves with the end of the body")
    func writes() throws {
        let transcript = try transcript("chunks=2")
        // The head leaves with the first event.
        #expect(transcript.writes.count == opening.count + 2 + closing.count)
        #expect(String(buffer: try #require(transcript.writes.last)).hasSuffix("\n\n\r\n0\r\n\r\n"))
        #expect(try self.transcript("chunks=3;chunk-delay=7").waits == [7, 7])
    }

    @Test("A text of any size is repeated by the last events in bounded writes")
    func large() throws {
        let transcript = try transcript("chunks=100;chunk-bytes=10001")
        #expect(transcript.message.isWhole)
        let last = transcript.message.chunks.last?.at("response.output", as: [[String: Any]].self)?.first
        #expect(last?.at("content", as: [[String: Any]].self)?.first?.at("text", as: String.self)?.utf8.count == 1_000_100)
        #expect(transcript.message.chunks.count == 100 + 8)
        #expect(transcript.writes.allSatisfy { $0.readableBytes <= SimulatorLimits.plainWriteBytes + 1_024 })
        #expect(transcript.writes.last?.readableBytesView.suffix(5).elementsEqual("0\r\n\r\n".utf8) == true)
    }

    @Test("A stream without end goes on, and its numbers with it")
    func endless() throws {
        let transcript = try transcript("never-end", most: 1_000)
        #expect(transcript.message.chunks.map { $0.at("sequence_number") } == Array(0..<1_000))
        #expect(transcript.outcome?.ending == .broken)
    }
}
