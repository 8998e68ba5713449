import Foundation
import NIOCore
import Testing

@testable import UpstreamSimulator

@Suite struct ModerationTests {
    private func transcript(_ directives: String = "", _ body: String = #"{"input":"Hello"}"#, most: Int = .max) throws -> Transcript {
        try Transcript(directives, to: .moderations, body: body, most: most)
    }

    private func results(_ body: String) throws -> [[String: Any]] {
        try #require(try transcript("", body).message.json?.at("results", as: [[String: Any]].self))
    }

    @Test("An answer has OpenAI's shape and all its categories, flags nothing, and has no usage")
    func shape() throws {
        let transcript = try transcript()
        let json = try #require(transcript.message.json)
        #expect(Set(json.keys) == ["id", "model", "results"])
        #expect(json.at("id", as: String.self)?.hasPrefix("modr-") == true)
        #expect(json.at("model", as: String.self) == "omni-moderation-latest")
        let result = try #require(json.at("results", as: [[String: Any]].self)?.first)
        #expect(result.at("flagged", as: Bool.self) == false)
        let categories = try #require(result.at("categories", as: [String: Bool].self))
        let names: Set = [
            "harassment", "harassment/threatening", "hate", "hate/threatening", "illicit", "illicit/violent", "self-harm",
            "self-harm/instructions", "self-harm/intent", "sexual", "sexual/minors", "violence", "violence/graphic",
        ]
        #expect(Set(categories.keys) == names && !categories.values.contains(true))
        #expect(result.at("category_scores", as: [String: Double].self).map { Set($0.keys) } == names)
        #expect(result.at("category_applied_input_types", as: [String: [String]].self)?["hate"] == ["text"])
        #expect(transcript.outcome?.ending == .answered && transcript.outcome?.reported == TokenUsage())
    }

    @Test("Strings have a result each, parts one together, which looks at images where the category does")
    func inputs() throws {
        #expect(try results(#"{"input":["a","b","c"]}"#).count == 3)
        let parts = #"{"input":[{"type":"text","text":"x"},{"type":"image_url","image_url":{"url":"http://x"}}]}"#
        let types = try #require(try results(parts).first?.at("category_applied_input_types", as: [String: [String]].self))
        #expect(types["violence"] == ["text", "image"] && types["hate"] == ["text"])
        let image = #"{"input":[{"type":"image_url","image_url":{"url":"http://x"}}]}"#
        #expect(try results(image).first?.at("category_applied_input_types", as: [String: [String]].self)?["hate"] == [])
        #expect(try transcript("", #"{"model":"mine","input":"x"}"#).message.json?.at("model", as: String.self) == "mine")
    }

    @Test("The directive is in the first text, and what is done to plain bodies is done to these")
    func faults() throws {
        let body = ByteBuffer(string: #"{"input":[{"type":"image_url"},{"type":"text","text":"[[simulate tiny]]"}]}"#)
        #expect(try UpstreamRequest(.moderations, body: body).directives == " tiny")
        #expect(try transcript("status=500").message.status == 500)
        #expect(try transcript("cut=body").last == .close)
        #expect(try transcript("usage=huge;prompt=9;completion=9").outcome?.reported == TokenUsage())
        #expect(try transcript("usage=twice").message.body == transcript().message.body)
        #expect(try transcript("never-end", most: 100).writes.count == 100)
    }

    @Test(
        "What the real API refuses is refused, with the field's name",
        arguments: [(#"{}"#, "input"), (#"{"input":[]}"#, "input"), (#"{"input":7}"#, "input"), (#"{"input":"x","model":7}"#, "model")])
    func refusals(_ body: String, _ param: String) {
        let refusal = #expect(throws: RequestRefusal.self) { try UpstreamRequest(.moderations, body: ByteBuffer(string: body)) }
        #expect(refusal?.param == param)
    }
}
