import NIOCore
import RelayTestKit
import Testing

@testable import UpstreamSimulator

@Suite struct ChatRequestTests {
    @Test("With a vocabulary a prompt has the tokens that OpenAI reports")
    func vocabulary() throws {
        let body = """
            {"model":"m","messages":[{"role":"system","content":"You are a helpful assistant."},
             {"role":"user","content":[{"type":"text","text":"Hello!"}],"name":"bob"}]}
            """
        let request = try UpstreamRequest(
            .chat, body: ByteBuffer(string: body), counting: TokenCount(tokenizer: try Vocabulary.tokenizer()))
        #expect(request.promptTokens == 3 + (3 + 1 + 6) + (3 + 1 + 2 + 1 + 1))
    }

    @Test("Prompt tokens are a quarter of the contents' bytes, 3 for each message, and 3 for the reply")
    func promptTokens() throws {
        let body = #"{"model":"m","messages":[{"role":"system","content":"12345"},{"role":"user","content":"ü"},{"role":"assistant"}]}"#
        // 5 + 2 bytes are 2 tokens; 3 messages.
        #expect(try UpstreamRequest(.chat, body: ByteBuffer(string: body)).promptTokens == 2 + 9 + 3)
    }

    @Test("Content parts count by their text, and the last user message is found among them")
    func parts() throws {
        let body = #"""
            {"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"abcd"},{"type":"image_url","image_url":{"url":"x"}},
            {"type":"text","text":"efgh"}]},{"role":"assistant","content":null}]}
            """#
        let request = try UpstreamRequest(.chat, body: ByteBuffer(string: body))
        #expect(request.promptTokens == 2 + 6 + 3)
        #expect(request.userText == "abcdefgh")
    }

    @Test("The smaller of the two limits is in force")
    func limits() throws {
        func limit(_ fields: String) throws -> Int? { try UpstreamRequest(.chat, body: ChatJSON.body(fields: fields)).outputLimit }
        #expect(try limit("") == nil)
        #expect(try limit(#""max_tokens":7"#) == 7)
        #expect(try limit(#""max_completion_tokens":8"#) == 8)
        #expect(try limit(#""max_tokens":7,"max_completion_tokens":5"#) == 5)
        #expect(try limit(#""max_tokens":null"#) == nil)
    }

    @Test("Stream, usage option, choices, tool and directive are found")
    func fields() throws {
        let tools = #""tools":[{"type":"function","function":{"name":"look_up","parameters":{}}}],"n":3"#
        let request = try UpstreamRequest(
            .chat, body: ChatJSON.body(user: "Hi [[simulate tools=1]]", stream: true, fields: ChatJSON.includeUsage + "," + tools))
        #expect(request.streams && request.includesUsage)
        #expect(request.choices == 3)
        #expect(request.toolName == "look_up")
        #expect(request.directives == " tools=1")
        #expect(request.userText == "Hi")
    }

    @Test(
        "What the real API refuses is refused, with the field's name",
        arguments: [
            ("", nil), ("{", nil), ("[]", nil), (#"{"model":"m""#, nil), ("{\"model\":\"\u{1}\"}", nil), (#"{"messages":[]}"#, "model"),
            (#"{"model":"m"}"#, "messages"), (#"{"model":"m","messages":[]}"#, "messages"), (#"{"model":3,"messages":[]}"#, "model"),
            (#"{"model":"m","messages":[{"content":"x"}]}"#, "messages"),
            (#"{"model":"m","messages":[{"role":"user"}],"max_tokens":0}"#, "max_tokens"),
            (#"{"model":"m","messages":[{"role":"user"}],"max_completion_tokens":-1}"#, "max_completion_tokens"),
            (#"{"model":"m","messages":[{"role":"user"}],"max_tokens":1.5}"#, "max_tokens"),
            (#"{"model":"m","messages":[{"role":"user"}],"max_tokens":99999999999999999999}"#, "max_tokens"),
            (#"{"model":"m","messages":[{"role":"user"}],"n":0}"#, "n"), (#"{"model":"m","messages":[{"role":"user"}],"n":129}"#, "n"),
        ] as [(String, String?)])
    func refusals(_ body: String, _ param: String?) {
        let refusal = #expect(throws: RequestRefusal.self) { try UpstreamRequest(.chat, body: ByteBuffer(string: body)) }
        #expect(refusal?.status == 400)
        #expect(refusal?.param == param)
    }

    @Test("Invalid UTF-8 and nesting without end are refused, not fatal")
    func hostile() {
        let invalid = Array(#"{"model":"m","messages":[{"role":"user","content":""#.utf8) + [0xff, 0xfe] + Array(#""}]}"#.utf8)
        #expect(throws: RequestRefusal.self) { try UpstreamRequest(.chat, body: ByteBuffer(bytes: invalid)) }
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: RequestRefusal.self) { try UpstreamRequest(.chat, body: ByteBuffer(string: #"{"model":"m","messages":"# + deep)) }
    }
}
