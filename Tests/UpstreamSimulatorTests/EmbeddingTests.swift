import Foundation
import NIOCore
import RelayTestKit
import Testing

@testable import UpstreamSimulator

@Suite struct EmbeddingTests {
    private func transcript(
        _ directives: String = "", input: String = #""Hello""#, fields: String = "", most: Int = .max
    ) throws -> Transcript {
        let body = #"{"model":"text-embedding-3-small","input":\#(input)\#(fields.isEmpty ? "" : ",\(fields)")}"#
        return try Transcript(directives, to: .embeddings, body: body, most: most)
    }

    private func vectors(_ answer: ReceivedAnswer) throws -> [[Double]] {
        let data = try #require(answer.json?.at("data", as: [[String: Any]].self))
        return try data.map { try #require($0.at("embedding", as: [Double].self)) }
    }

    @Test("An answer has OpenAI's shape: a vector for each input, and the prompt's tokens alone")
    func shape() throws {
        let transcript = try transcript(input: #"["Hello","x"]"#)
        let json = try #require(transcript.message.json)
        #expect(json.at("object", as: String.self) == "list" && json.at("model", as: String.self) == "text-embedding-3-small")
        let data = try #require(json.at("data", as: [[String: Any]].self))
        #expect(data.map { $0.at("index") } == [0, 1])
        #expect(data.allSatisfy { $0.at("object", as: String.self) == "embedding" })
        #expect(json.at("usage", as: [String: Int].self) == ["prompt_tokens": 3, "total_tokens": 3])
        #expect(transcript.outcome?.ending == .answered && transcript.outcome?.reported == TokenUsage(prompt: 3))
    }

    @Test("Vectors have norm 1 and the dimensions that are asked for, and equal inputs have equal ones")
    func norms() throws {
        let found = try vectors(try transcript(input: #"["a","b","a"]"#).message)
        #expect(found.allSatisfy { $0.count == 8 })
        #expect(found[0] == found[2] && found[0] != found[1])
        #expect(try vectors(try transcript(input: #""b""#).message) == [found[1]])
        for dimensions in [1, 2, 1_536] {
            let vector = try #require(try vectors(try transcript(fields: #""dimensions":\#(dimensions)"#).message).first)
            #expect(vector.count == dimensions)
            #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-4)
        }
    }

    @Test("In base64 they are the same numbers, as little-endian floats")
    func base64() throws {
        let vector = try #require(try vectors(try transcript(fields: #""encoding_format":"float""#).message).first)
        let json = try transcript(fields: #""encoding_format":"base64""#).message.json
        let text = try #require(json?.at("data", as: [[String: Any]].self)?.first?.at("embedding", as: String.self))
        let bytes = try #require(Data(base64Encoded: text))
        let numbers = stride(from: 0, to: bytes.count, by: 4).map { at in
            Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[at + $1]) << UInt32(8 * $1) })
        }
        #expect(numbers == vector.map(Float.init))
    }

    @Test("Inputs count by their tokens, and ids by their number; the directive is in the first text")
    func inputs() throws {
        func request(_ input: String, counting: TokenCount = TokenCount()) throws -> UpstreamRequest {
            try UpstreamRequest(.embeddings, body: ByteBuffer(string: #"{"model":"m","input":\#(input)}"#), counting: counting)
        }
        let counting = TokenCount(tokenizer: try Vocabulary.tokenizer())
        #expect(try request(#"["Hello!","Hello!"]"#, counting: counting).promptTokens == 4)
        #expect(try request("[1,2,3]").promptTokens == 3)
        #expect(try request("[[1,2,3],[4]]").promptTokens == 4)
        #expect(try request(#"["[[simulate status=500]]","[[simulate tiny]]"]"#).directives == " status=500")
        #expect(try vectors(try transcript(input: "[[1,2],[2,1],[1,2]]").message).map(\.count) == [8, 8, 8])
    }

    @Test("The usage takes the form that is asked for; nothing was generated that could overrun")
    func usage() throws {
        func usage(_ directives: String) throws -> String {
            let text = try transcript(directives).message.text
            guard let start = text.range(of: #","usage":"#) else { return "" }
            return String(text[start.upperBound...].dropLast())
        }
        #expect(try usage("prompt=7;completion=3;cached=2;reasoning=1") == #"{"prompt_tokens":7,"total_tokens":7}"#)
        #expect(try usage("prompt=7;usage=overrun") == #"{"prompt_tokens":7,"total_tokens":7}"#)
        #expect(try usage("prompt=7;usage=floats") == #"{"prompt_tokens":7.0,"total_tokens":7.0}"#)
        #expect(try usage("prompt=7;usage=strings") == #"{"prompt_tokens":"7","total_tokens":"7"}"#)
        #expect(try usage("prompt=7;usage=null-details") == #"{"prompt_tokens":7,"total_tokens":7}"#)
        #expect(try usage("usage=garbage") == #"{"prompt_tokens":"many","total_tokens":{"a":true}}"#)
        #expect(try usage("usage=huge").contains("1e400"))
        #expect(try usage("usage=null") == "null")
        #expect(try usage("usage=missing") == "")
    }

    @Test("What is done to plain bodies is done to these, and a stream is never sent")
    func faults() throws {
        #expect(try transcript(fields: #""stream":true"#).message.fields["content-type"] == "application/json")
        #expect(try transcript("status=500").message.json?.at("error.type", as: String.self) == "server_error")
        #expect(try transcript("cut=1").last == .close)
        #expect(try transcript("hang=body").last == .hang)
        #expect(try transcript("garbage").message.json == nil)
        #expect(try transcript("no-done;error-after=0;failed-after=0").outcome?.ending == .answered)
        let endless = try transcript("never-end", most: 100)
        #expect(endless.writes.count == 100 && endless.outcome?.ending == .broken)
    }

    @Test(
        "What the real API refuses is refused, with the field's name",
        arguments: [
            (#"{"input":"x"}"#, "model"), (#"{"model":"m"}"#, "input"), (#"{"model":"m","input":[]}"#, "input"),
            (#"{"model":"m","input":{}}"#, "input"), (#"{"model":"m","input":"x","dimensions":0}"#, "dimensions"),
            (#"{"model":"m","input":"x","encoding_format":"hex"}"#, "encoding_format"),
        ])
    func refusals(_ body: String, _ param: String) {
        let refusal = #expect(throws: RequestRefusal.self) { try UpstreamRequest(.embeddings, body: ByteBuffer(string: body)) }
        #expect(refusal?.param == param)
    }

    @Test("More inputs than OpenAI takes are refused")
    func manyInputs() {
        let input = Array(repeating: #""x""#, count: SimulatorLimits.inputs + 1).joined(separator: ",")
        let body = ByteBuffer(string: #"{"model":"m","input":[\#(input)]}"#)
        #expect(throws: RequestRefusal.self) { try UpstreamRequest(.embeddings, body: body) }
    }
}
