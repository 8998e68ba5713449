import NIOCore
import RelayTestKit
import Testing

@testable import UpstreamSimulator

@Suite struct ResponseRequestTests {
    private func request(_ body: String, counting: TokenCount = TokenCount()) throws -> UpstreamRequest {
        try UpstreamRequest(.responses, body: ByteBuffer(string: body), counting: counting)
    }

    @Test("With a vocabulary an input has 3 tokens a message, its role and content, and 3; the instructions are a message")
    func vocabulary() throws {
        let counting = TokenCount(tokenizer: try Vocabulary.tokenizer())
        #expect(try request(#"{"model":"m","input":"Hello!"}"#, counting: counting).promptTokens == 3 + (3 + 1 + 2))
        let body = """
            {"model":"m","instructions":"You are a helpful assistant.",
             "input":[{"role":"user","content":[{"type":"input_text","text":"Hello!"}]}]}
            """
        #expect(try request(body, counting: counting).promptTokens == 3 + (3 + 1 + 6) + (3 + 1 + 2))
        let json = #"{"output":"Hello!","type":"function_call_output"}"#
        #expect(try request(#"{"model":"m","input":[\#(json)]}"#, counting: counting).promptTokens == 3 + counting.inputs([.text(json)]))
    }

    @Test("Without one, four bytes of the texts are a token")
    func promptTokens() throws {
        let body = #"{"model":"m","instructions":"123","input":[{"role":"user","content":"45"},{"type":"message","role":"user"},{"a":1}]}"#
        // 3 + 2 + 7 bytes; 3 messages.
        #expect(try request(body).promptTokens == 3 + 9 + 3)
    }

    @Test("The last user text is found among items of every kind, and the directive in it")
    func userText() throws {
        let body = #"""
            {"model":"m","input":[{"role":"user","content":"first"},
            {"type":"message","role":"user","content":[{"type":"input_text","text":"Hi "},{"type":"input_image","image_url":"x"},
            {"type":"input_text","text":"you [[simulate tools]]"}]},
            {"type":"function_call_output","call_id":"c","output":"no"},
            {"role":"assistant","content":[{"type":"output_text","text":"no"}]}]}
            """#
        let request = try request(body)
        #expect(request.userText == "Hi you")
        #expect(request.directives == " tools")
        #expect(request.endpoint == .responses)
    }

    @Test("Stream, limit, instructions and the first function among the tools are found")
    func fields() throws {
        let tools =
            #""tools":[{"type":"web_search"},{"type":"function","name":"look_up","strict":true,"parameters":{"b":[1,2.5],"a":null}}]"#
        let request = try request(
            ChatJSON.response(stream: true, fields: #""max_output_tokens":16,"instructions":"Be brief","# + tools))
        #expect(request.streams && request.includesUsage)
        #expect(request.outputLimit == 16)
        #expect(request.toolName == "look_up")
        guard case .responses(let particulars) = request.particulars else { return #expect(Bool(false)) }
        #expect(particulars.instructions == "Be brief")
        #expect(particulars.tools.last == #"{"name":"look_up","parameters":{"a":null,"b":[1,2.5]},"strict":true,"type":"function"}"#)
    }

    @Test(
        "What the real API refuses is refused, with the field's name",
        arguments: [
            ("{", nil), (#"{"input":"x"}"#, "model"), (#"{"model":"m"}"#, "input"), (#"{"model":"m","input":[]}"#, "input"),
            (#"{"model":"m","input":3}"#, "input"), (#"{"model":"m","input":[3]}"#, "input"),
            (#"{"model":"m","input":[{"role":3}]}"#, "input"), (#"{"model":"m","input":"x","max_output_tokens":15}"#, "max_output_tokens"),
            (#"{"model":"m","input":"x","max_output_tokens":16.5}"#, "max_output_tokens"),
            (#"{"model":"m","input":"x","max_output_tokens":"16"}"#, "max_output_tokens"),
            (#"{"model":"m","input":"x","stream":1}"#, "stream"),
        ] as [(String, String?)])
    func refusals(_ body: String, _ param: String?) {
        let refusal = #expect(throws: RequestRefusal.self) { try request(body) }
        #expect(refusal?.status == 400)
        #expect(refusal?.param == param)
    }

    @Test("A limit that is too low is refused in OpenAI's words")
    func words() {
        let low = #expect(throws: RequestRefusal.self) { try request(ChatJSON.response(fields: #""max_output_tokens":5"#)) }
        #expect(
            low?.message == "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 5 instead.")
        #expect(low?.code == "integer_below_min_value")
        let decimal = #expect(throws: RequestRefusal.self) { try request(ChatJSON.response(fields: #""max_output_tokens":20.5"#)) }
        #expect(
            decimal?.message == "Invalid type for 'max_output_tokens': expected an integer, but got a decimal number instead.")
        #expect(decimal?.code == "invalid_type")
    }
}
