import Foundation
import NIOCore
import RelayTestKit
import Testing

@testable import UpstreamSimulator

@Suite struct CompletionTests {
    private func body(_ prompt: String = #""Hello""#, _ fields: String = "") -> String {
        #"{"model":"davinci","prompt":\#(prompt)\#(fields.isEmpty ? "" : ",\(fields)")}"#
    }

    private func request(_ prompt: String = #""Hello""#, _ fields: String = "", counting: TokenCount = TokenCount()) throws
        -> UpstreamRequest
    {
        try UpstreamRequest(.completions, body: ByteBuffer(string: body(prompt, fields)), counting: counting)
    }

    private func transcript(
        _ directives: String = "", prompt: String = #""Hello""#, fields: String = "", most: Int = .max
    ) throws -> Transcript {
        try Transcript(directives, to: .completions, body: body(prompt, fields), most: most)
    }

    private func texts(_ answer: ReceivedAnswer) -> [String] {
        (answer.json?.at("choices", as: [[String: Any]].self) ?? []).compactMap { $0.at("text", as: String.self) }
    }

    @Test("A prompt is a string, strings, token ids, or lists of them; ids count by their number")
    func prompts() throws {
        let counting = TokenCount(tokenizer: try Vocabulary.tokenizer())
        #expect(try request(#""Hello!""#, counting: counting).promptTokens == 2)
        #expect(try request(#"["Hello!","Hello"]"#, counting: counting).promptTokens == 3)
        #expect(try request("[1,2,3]", counting: counting).promptTokens == 3)
        #expect(try request("[[1,2,3],[4,5]]").promptTokens == 5)
        #expect(try request(#"["12345","1"]"#).promptTokens == 3)
        #expect(try request("[1,2,3]").choices == 1)
        #expect(try request("[[1,2,3],[4,5]]").choices == 2)
        #expect(try request(#"["x [[simulate tiny]]","y"]"#).directives == " tiny")
    }

    @Test("A request has 16 output tokens unless it says otherwise, even none")
    func limits() throws {
        #expect(try request().outputLimit == 16)
        #expect(try request(#""x""#, #""max_tokens":0"#).outputLimit == 0)
        let json = try #require(try transcript("chunks=99").message.json)
        #expect(json.inChoice("finish_reason") == "length")
        #expect(json.at("usage.completion_tokens") == 16)
        #expect(try transcript(fields: #""max_tokens":0"#).message.json?.inChoice("text") == "")
    }

    @Test("A plain answer has OpenAI's shape")
    func shape() throws {
        let transcript = try transcript()
        let json = try #require(transcript.message.json)
        #expect(json.at("object", as: String.self) == "text_completion")
        #expect(json.at("id", as: String.self)?.hasPrefix("cmpl-") == true)
        #expect(json.at("model", as: String.self) == "davinci" && json.at("created") == 1_700_000_000)
        let choice = try #require(json.at("choices", as: [[String: Any]].self)?.first)
        #expect(Set(choice.keys) == ["text", "index", "logprobs", "finish_reason"])
        #expect(choice.at("text", as: String.self) == "Hello from the simulated upstream. You said: Hello")
        #expect(choice["logprobs"] is NSNull && choice.at("finish_reason", as: String.self) == "stop")
        #expect(json.at("usage.prompt_tokens") == 2 && json.at("usage.completion_tokens") == 13 && json.at("usage.total_tokens") == 15)
        #expect(transcript.outcome?.reported == TokenUsage(prompt: 2, completion: 13))
    }

    @Test("Each prompt has n choices, and what best_of generates is counted")
    func choices() throws {
        let json = try #require(try transcript("content=12345678", prompt: #"["a","b"]"#, fields: #""n":2,"best_of":5"#).message.json)
        #expect(json.at("choices", as: [[String: Any]].self)?.map { $0.at("index") } == [0, 1, 2, 3])
        #expect(json.at("usage.completion_tokens") == 2 * 5 * 2)
        #expect(try request(#"["a","b"]"#, #""n":3"#).generations == 6)
    }

    @Test("An echo puts each prompt before its completions; token ids have no text to repeat")
    func echo() throws {
        let answer = try transcript("content=!", prompt: #"["a\"","b"]"#, fields: #""n":2,"echo":true"#).message
        #expect(texts(answer) == ["a\"!", "a\"!", "b!", "b!"])
        #expect(texts(try transcript("content=!", prompt: "[1]", fields: #""echo":true"#).message) == ["!"])
        let chunks = try transcript("content=!", fields: #""echo":true,"stream":true"#).message.chunks
        #expect(chunks.map { $0.inChoice("text") } == ["Hello", "!", ""])
    }

    @Test("A stream has the text in its choices, a finish, the usage that was asked for, and [DONE]")
    func stream() throws {
        let answer = try transcript("chunks=2;completion=4", fields: #""stream":true,"n":2,"# + ChatJSON.includeUsage).message
        #expect(answer.isWhole && answer.events.last == "[DONE]")
        let chunks = answer.chunks
        #expect(chunks.allSatisfy { $0.at("object", as: String.self) == "text_completion" })
        #expect(chunks.map { $0.inChoice("index", as: Int.self) } == [0, 0, 0, 1, 1, 1, nil])
        #expect(chunks.map { $0.inChoice("finish_reason") } == [nil, nil, "stop", nil, nil, "stop", nil])
        #expect(chunks.dropLast().allSatisfy { $0["usage"] is NSNull })
        #expect(chunks.last?.at("usage.completion_tokens") == 4)
        #expect(!(try transcript(fields: #""stream":true"#).message.text.contains("usage")))
    }

    @Test("What is done to chat's answers is done to these: usage, breaks, ends, styles")
    func faults() throws {
        let stream = #""stream":true,"# + ChatJSON.includeUsage
        #expect(
            try transcript("chunks=2;completion=4;usage=every", fields: stream).message.chunks.map { $0.at("usage.completion_tokens") }
                == [2, 4, 4, 4])
        #expect(try transcript("chunks=4;cut=2", fields: stream).message.chunks.count == 2)
        #expect(try transcript("chunks=4;hang=3", fields: stream).last == .hang)
        let error = try transcript("chunks=4;error-after=1", fields: stream).message
        #expect(error.isWhole && error.chunks.last?.at("error.type", as: String.self) == "server_error")
        #expect(try transcript("chunks=4;failed-after=1", fields: stream).message.body == error.body)
        #expect(try !transcript("no-done", fields: stream).message.text.contains("[DONE]"))
        let styled = try transcript("cr;nospace;comments;multiline;bom;tiny", fields: stream).message
        #expect(styled.chunks.count == (try transcript(fields: stream).message.chunks.count))
        #expect(try transcript("never-end", fields: stream, most: 1_000).writes.count == 1_000)
        #expect(try transcript("tools").message.json?.inChoice("finish_reason") == "stop")
        #expect(try transcript("usage=missing").message.json?["usage"] == nil)
        #expect(try transcript("status=503").message.status == 503)
    }

    @Test(
        "What the real API refuses is refused, with the field's name",
        arguments: [
            (#"{"prompt":"x"}"#, "model"), (#"{"model":"m"}"#, "prompt"), (#"{"model":"m","prompt":[]}"#, "prompt"),
            (#"{"model":"m","prompt":[1.5]}"#, "prompt"), (#"{"model":"m","prompt":["a",1]}"#, "prompt"),
            (#"{"model":"m","prompt":"x","max_tokens":-1}"#, "max_tokens"), (#"{"model":"m","prompt":"x","n":0}"#, "n"),
            (#"{"model":"m","prompt":"x","best_of":129}"#, "best_of"),
        ])
    func refusals(_ body: String, _ param: String) {
        let refusal = #expect(throws: RequestRefusal.self) { try UpstreamRequest(.completions, body: ByteBuffer(string: body)) }
        #expect(refusal?.param == param)
    }
}
