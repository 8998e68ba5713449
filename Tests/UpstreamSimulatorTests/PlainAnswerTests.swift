import Foundation
import NIOCore
import Testing

@testable import UpstreamSimulator

@Suite struct PlainAnswerTests {
    @Test("A plain answer has OpenAI's shape, a true length, and leaves in one write")
    func shape() throws {
        let transcript = try Transcript(fields: #""max_tokens":100"#, script: SimulatorScript(cachedPercent: 50, reasoningTokens: 3))
        let answer = transcript.message
        let json = try #require(answer.json)
        #expect(answer.status == 200)
        #expect(answer.isWhole && answer.rest.isEmpty)
        #expect(answer.fields["content-type"] == "application/json")
        #expect(transcript.writes.count == 1)
        #expect(transcript.last != .close)
        #expect(json.at("object", as: String.self) == "chat.completion")
        #expect(json.at("id", as: String.self)?.hasPrefix("chatcmpl-") == true)
        #expect(json.at("model", as: String.self) == "gpt-5.2")
        #expect(json.at("created") == 1_700_000_000)
        #expect(json.at("service_tier", as: String.self) == "default")
        #expect(json.at("system_fingerprint", as: String.self)?.hasPrefix("fp_") == true)
        #expect(json.inChoice("message.content") == "Hello from the simulated upstream. You said: Hello")
        #expect(json.inChoice("message.role") == "assistant")
        #expect(json.inChoice("finish_reason") == "stop")
        // "Hello" is 2 tokens; the answer's 50 bytes are 13.
        #expect(json.at("usage.prompt_tokens") == 8)
        #expect(json.at("usage.completion_tokens") == 16)
        #expect(json.at("usage.total_tokens") == 24)
        #expect(json.at("usage.prompt_tokens_details.cached_tokens") == 4)
        #expect(json.at("usage.completion_tokens_details.reasoning_tokens") == 3)
        #expect(transcript.outcome?.ending == .answered)
        #expect(transcript.outcome?.reported == TokenUsage(prompt: 8, cached: 4, completion: 16, reasoning: 3))
    }

    @Test("Text of any kind comes through the JSON unharmed")
    func escaping() throws {
        let text = "\"quotes\" \\ \n\r\t\u{0}\u{1f} </script> ü 😀"
        let content: String? = try Transcript(user: text).message.json?.inChoice("message.content")
        #expect(content == "Hello from the simulated upstream. You said: \(text)")
    }

    @Test("Several choices are several answers, and their tokens are added")
    func choices() throws {
        let json = try #require(try Transcript("content=12345678", fields: #""n":3"#).message.json)
        #expect((json["choices"] as? [[String: Any]])?.map { $0.at("index") } == [0, 1, 2])
        #expect(json.at("usage.completion_tokens") == 6)
    }

    @Test("A tool call names the request's tool and carries arguments that are JSON")
    func tools() throws {
        let json = try #require(
            try Transcript("tools=1", fields: #""tools":[{"type":"function","function":{"name":"look_up"}}]"#).message.json)
        let call = try #require(json.inChoice("message.tool_calls", as: [[String: Any]].self)?.first)
        #expect(call.at("function.name", as: String.self) == "look_up")
        let arguments = try #require(call.at("function.arguments", as: String.self))
        #expect(ReceivedAnswer.object(Array(arguments.utf8)) != nil)
        #expect(json.inChoice("finish_reason") == "tool_calls")
    }

    @Test("Filler of any size is sent in bounded writes, with a true length")
    func filler() throws {
        let transcript = try Transcript("chunks=1000;chunk-bytes=1001")
        #expect(transcript.message.isWhole)
        #expect(transcript.message.json?.inChoice("message.content")?.utf8.count == 1_001_000)
        #expect(transcript.writes.allSatisfy { $0.readableBytes <= SimulatorLimits.plainWriteBytes + 1_024 })
    }

    @Test("The usage takes the form that is asked for")
    func usageForms() throws {
        func usage(_ variant: String) throws -> String {
            let text = try Transcript("prompt=4;completion=2;cached=1;usage=\(variant)").message.text
            guard let start = text.range(of: #"],"usage":"#) else { return "" }
            return String(text[start.upperBound...])
        }
        #expect(try usage("missing") == "")
        #expect(try usage("null").hasPrefix(#"null,"service_tier""#))
        #expect(try usage("floats").hasPrefix(#"{"prompt_tokens":4.0,"completion_tokens":2.0,"total_tokens":6.0,"#))
        #expect(try usage("strings").hasPrefix(#"{"prompt_tokens":"4","completion_tokens":"2","total_tokens":"6","#))
        #expect(try usage("bare").hasPrefix(#"{"prompt_tokens":4,"completion_tokens":2,"total_tokens":6},"#))
        #expect(try usage("null-details").contains(#""prompt_tokens_details":null,"completion_tokens_details":null}"#))
        #expect(try usage("garbage").hasPrefix(#"{"prompt_tokens":"many""#))
        #expect(try usage("huge").contains("99999999999999999999"))
        #expect(try usage("overrun").hasPrefix(#"{"prompt_tokens":4,"completion_tokens":1002,"#))
        let twice = try usage("twice")
        #expect(twice.hasPrefix(#"{"prompt_tokens":2,"#))
        #expect(twice.contains(#","usage":{"prompt_tokens":4,"#))
    }

    @Test("An error status comes with the error envelope, all four keys, and the retry header")
    func errors() throws {
        for status in [400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504, 599] {
            let transcript = try Transcript("status=\(status);retry-after=2", stream: true)
            let answer = transcript.message
            #expect(answer.status == status)
            #expect(answer.fields["retry-after"] == "2")
            #expect(answer.isWhole)
            let error = try #require(answer.json?["error"] as? [String: Any])
            #expect(Set(error.keys) == ["message", "type", "param", "code"])
            #expect(transcript.outcome?.ending == .refused)
        }
    }

    @Test("Statuses without a body have none, and a redirection has a location")
    func bodiless() throws {
        let empty = try Transcript("status=204")
        #expect(empty.message.status == 204)
        #expect(empty.message.fields["content-length"] == nil)
        #expect(empty.bytes.suffix(4) == [13, 10, 13, 10])
        let redirection = try Transcript("status=302").message
        #expect(redirection.fields["location"] == "/v1/elsewhere")
        #expect(redirection.fields["content-length"] == "0")
        #expect(empty.outcome?.ending == .broken)
        #expect(try Transcript("status=201").message.json?.at("object", as: String.self) == "chat.completion")
    }

    @Test("A cut or a hang comes where it is asked for")
    func breaks() throws {
        let before = try Transcript("cut=before")
        #expect(before.bytes.isEmpty && before.last == .close)
        let head = try Transcript("cut=head")
        #expect(head.bytes.suffix(4) == [13, 10, 13, 10] && head.last == .close)
        #expect(Int(head.message.fields["content-length"] ?? "") ?? 0 > 0)
        for directive in ["cut=body", "cut=2"] {
            let body = try Transcript(directive)
            let whole = try Transcript().message.body
            #expect(body.message.body == Array(whole.prefix(whole.count / 2)))
            #expect(body.last == .close)
        }
        #expect(try Transcript("hang=head").bytes.isEmpty)
        #expect(try Transcript("hang=head").last == .hang)
        #expect(try Transcript("hang=1").last == .hang)
        #expect(try Transcript("hang=1").message.body.isEmpty == false)
        #expect(before.outcome?.ending == .broken)
    }

    @Test("A body that lies about itself does it in the way that is asked for")
    func lies() throws {
        let lie = try Transcript("lie-length=1")
        #expect(!lie.message.isWhole && lie.message.json != nil && lie.last == .close)
        let open = try Transcript("no-length=1")
        #expect(open.message.fields["content-length"] == nil && open.message.json != nil && open.last == .close)
        #expect(open.outcome?.ending == .answered)
        let gzip = try Transcript("gzip-lie=1").message
        #expect(gzip.fields["content-encoding"] == "gzip" && gzip.isWhole && gzip.json == nil)
        #expect(try Transcript("garbage=1").message.json == nil)
        #expect(try Transcript("empty=1").message.fields["content-length"] == "0")
        #expect(try Transcript("empty-stream=1").message.events == ["[DONE]"])
        let bad = try Transcript("bad-head=1")
        #expect(bad.message.status == nil && !bad.bytes.isEmpty && bad.last == .close)
    }

    @Test("Pauses are where they are asked for")
    func pauses() throws {
        #expect(try Transcript("delay=5;first-byte-delay=6").waits == [5, 6])
        let slow = try Transcript("slow-body=3")
        #expect(slow.waits == Array(repeating: 3, count: SimulatorLimits.slowPieces - 1))
        #expect(slow.message.body == (try Transcript().message.body))
    }

    @Test("A tiny answer sends its body byte by byte")
    func tiny() throws {
        let transcript = try Transcript("tiny=1")
        #expect(transcript.writes.dropFirst().allSatisfy { $0.readableBytes == 1 })
        #expect(transcript.message.body == (try Transcript().message.body))
    }

    @Test("An endless plain answer goes on in transfer chunks")
    func endless() throws {
        let transcript = try Transcript("never-end=1", most: 100)
        #expect(transcript.writes.count == 100)
        #expect(transcript.message.fields["transfer-encoding"] == "chunked")
        #expect(transcript.message.body.count > 5_000_000)
        #expect(transcript.outcome?.ending == .broken)
    }

    @Test("Headers that concern the upstream's customer are there when asked for")
    func customerHeaders() throws {
        let fields = try Transcript("set-cookie=1").message.fields
        for name in ["set-cookie", "openai-organization", "x-request-id", "x-ratelimit-remaining-requests"] { #expect(fields[name] != nil) }
        #expect(try Transcript().message.fields["set-cookie"] == nil)
    }

    @Test("A client that wants no second answer gets a close, and HTTP/1.0 is told when the connection stays")
    func connections() throws {
        let closing = try Transcript(connection: ConnectionTraits(keepsAlive: false))
        #expect(closing.last == .close && closing.message.fields["connection"] == "close")
        let old = try Transcript(connection: ConnectionTraits(keepsAlive: true, isHTTP10: true))
        #expect(old.last != .close && old.message.fields["connection"] == "keep-alive")
    }
}
