import Foundation
import NIOCore
import Testing

@testable import UpstreamSimulator

@Suite struct PlainResponseTests {
    private func transcript(
        _ directives: String = "", fields: String = "", script: SimulatorScript = .default, most: Int = .max
    ) throws -> Transcript {
        try Transcript(directives, to: .responses, body: ChatJSON.response(fields: fields), script: script, most: most)
    }

    @Test("A plain response has OpenAI's shape, with one message and its usage")
    func shape() throws {
        let script = SimulatorScript(cachedPercent: 50, reasoningTokens: 3)
        let transcript = try transcript(fields: #""max_output_tokens":100,"instructions":"Be \"brief\"""#, script: script)
        let json = try #require(transcript.message.json)
        #expect(transcript.message.status == 200 && transcript.message.isWhole)
        #expect(json.at("object", as: String.self) == "response")
        #expect(json.at("id", as: String.self)?.hasPrefix("resp_") == true)
        #expect(json.at("created_at") == 1_700_000_000)
        #expect(json.at("status", as: String.self) == "completed")
        #expect(json["error"] is NSNull && json["incomplete_details"] is NSNull && json["previous_response_id"] is NSNull)
        #expect(json.at("instructions", as: String.self) == "Be \"brief\"")
        #expect(json.at("max_output_tokens") == 100)
        #expect(json.at("parallel_tool_calls", as: Bool.self) == true && json.at("store", as: Bool.self) == true)
        let item = try #require(json.at("output", as: [[String: Any]].self)?.first)
        #expect(item.at("type", as: String.self) == "message" && item.at("role", as: String.self) == "assistant")
        #expect(item.at("id", as: String.self)?.hasPrefix("msg_") == true && item.at("status", as: String.self) == "completed")
        let part = try #require(item.at("content", as: [[String: Any]].self)?.first)
        #expect(part.at("type", as: String.self) == "output_text")
        #expect(part.at("text", as: String.self) == "Hello from the simulated upstream. You said: Hello")
        #expect(part.at("annotations", as: [Any].self)?.isEmpty == true)
        // "Be "brief"" and "Hello" are 15 bytes in two messages; the answer's 50 bytes are 13 tokens.
        #expect(json.at("usage.input_tokens") == 13)
        #expect(json.at("usage.output_tokens") == 16)
        #expect(json.at("usage.total_tokens") == 29)
        #expect(json.at("usage.input_tokens_details.cached_tokens") == 6)
        #expect(json.at("usage.output_tokens_details.reasoning_tokens") == 3)
        #expect(transcript.outcome?.reported == TokenUsage(prompt: 13, cached: 6, completion: 16, reasoning: 3))
    }

    @Test("A response that its limit cuts is incomplete, and says why")
    func incomplete() throws {
        let json = try #require(try transcript("chunks=100", fields: #""max_output_tokens":16"#).message.json)
        #expect(json.at("status", as: String.self) == "incomplete")
        #expect(json.at("incomplete_details.reason", as: String.self) == "max_output_tokens")
        #expect(json.at("output", as: [[String: Any]].self)?.first?.at("status", as: String.self) == "incomplete")
        #expect(json.at("usage.output_tokens") == 16)
    }

    @Test("A tool call is an item of the output, with the request's function")
    func tools() throws {
        let tools = #""tools":[{"type":"function","name":"look_up","parameters":{}}]"#
        let json = try #require(try transcript("tools", fields: tools).message.json)
        let call = try #require(json.at("output", as: [[String: Any]].self)?.first)
        #expect(call.at("type", as: String.self) == "function_call" && call.at("name", as: String.self) == "look_up")
        #expect(call.at("id", as: String.self)?.hasPrefix("fc_") == true && call.at("call_id", as: String.self)?.hasPrefix("call_") == true)
        #expect(ReceivedAnswer.object(Array(try #require(call.at("arguments", as: String.self)).utf8)) != nil)
        #expect(json.at("tools", as: [[String: Any]].self)?.first?.at("name", as: String.self) == "look_up")
        #expect(json.at("status", as: String.self) == "completed")
    }

    @Test("The usage takes the form that is asked for, with the names that responses have")
    func usageForms() throws {
        func usage(_ variant: String) throws -> String {
            let text = try transcript("prompt=4;completion=2;cached=1;usage=\(variant)").message.text
            guard let start = text.range(of: #","usage":"#) else { return "" }
            return String(text[start.upperBound...])
        }
        #expect(try usage("missing") == "")
        #expect(try usage("null").hasPrefix(#"null,"user""#))
        #expect(try usage("floats").hasPrefix(#"{"input_tokens":4.0,"output_tokens":2.0,"total_tokens":6.0,"#))
        #expect(try usage("strings").contains(#""input_tokens_details":{"cached_tokens":"1","cache_write_tokens":"0"}"#))
        #expect(try usage("bare").hasPrefix(#"{"input_tokens":4,"output_tokens":2,"total_tokens":6},"#))
        #expect(try usage("null-details").contains(#""input_tokens_details":null,"output_tokens_details":null}"#))
        #expect(try usage("garbage").hasPrefix(#"{"input_tokens":"many","output_tokens":[-1]"#))
        #expect(try usage("huge").contains(#""output_tokens":99999999999999999999"#))
        #expect(try usage("overrun").hasPrefix(#"{"input_tokens":4,"output_tokens":1002,"#))
        #expect(try usage("twice").hasPrefix(#"{"input_tokens":2,"#))
        #expect(try usage("twice").contains(#","usage":{"input_tokens":4,"#))
    }

    @Test("What is done to plain bodies is done to a response")
    func faults() throws {
        #expect(try transcript("status=429").message.json?.at("error.code", as: String.self) == "rate_limit_exceeded")
        #expect(try transcript("cut=body").last == .close)
        #expect(try transcript("hang=head").bytes.isEmpty)
        #expect(try !transcript("lie-length").message.isWhole)
        #expect(try transcript("garbage").message.json == nil)
        #expect(try transcript("bom").message.body.starts(with: EventStyle.byteOrderMark))
        #expect(try transcript("tiny").message.body == transcript().message.body)
        #expect(try transcript("never-end", most: 100).message.body.count > 5_000_000)
    }
}
