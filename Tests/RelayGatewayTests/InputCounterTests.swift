import Foundation
import NIOCore
import RelayDomain
import RelayTestKit
import RelayWire
import Testing

@testable import RelayGateway

@Suite struct InputCounterTests {
    private static func count(_ body: String) throws -> (final: Int64, bound: Int64) {
        let buffer = ByteBuffer(string: body)
        let request = try RelayedRequest(scanning: buffer)
        let counter = InputCounter(tokenizer: try Vocabulary.tokenizer())
        return (counter.finalCount(of: request, in: buffer, upTo: .max).tokens, request.inputTokenBound)
    }

    @Test("Plain messages are counted as OpenAI reported them: exactly, or one more for models that reason")
    func plain() throws {
        for (model, body, promptTokens) in RecordedCalls.plain {
            let count = try Self.count(body)
            let reasons = model.hasPrefix("gpt-5") || model.hasPrefix("o")
            #expect(count.final == promptTokens + (reasons ? 1 : 0), "\(model) \(body)")
            #expect(count.bound >= count.final, "\(model) \(body)")
        }
    }

    @Test("Tools and images are bounded by no fewer tokens than OpenAI reported")
    func bounded() throws {
        for (model, body, promptTokens) in RecordedCalls.bounded {
            let count = try Self.count(body)
            #expect(count.final >= promptTokens, "\(model) \(body)")
            #expect(count.bound >= promptTokens, "\(model) \(body)")
        }
    }

    @Test(
        "A larger collection of recorded calls is bounded too",
        .enabled(if: ProcessInfo.processInfo.environment["NEXRELAY_RECORDED_CALLS"] != nil))
    func collection() throws {
        let file = URL(filePath: ProcessInfo.processInfo.environment["NEXRELAY_RECORDED_CALLS"]!)
        let calls = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [[String: Any]])
        var below = 0
        var ratios: [Double] = []
        for call in calls {
            let body = try JSONSerialization.data(withJSONObject: call["request"]!, options: [.withoutEscapingSlashes])
            let promptTokens = try #require(call["prompt_tokens"] as? Int64 ?? (call["prompt_tokens"] as? Int).map(Int64.init))
            guard let count = try? Self.count(String(decoding: body, as: UTF8.self)) else { continue }
            ratios.append(Double(count.final) / Double(promptTokens))
            if count.final < promptTokens {
                below += 1
                print("below: \(count.final) < \(promptTokens) \(call["model"] ?? "") \(call["source"] ?? "") \(call["outlier"] ?? "")")
            }
        }
        print("\(ratios.count) calls, \(below) below what was reported; the median is \(ratios.sorted()[ratios.count / 2]) times it")
    }

    @Test("A count that has passed its limit is given up, above it")
    func limited() throws {
        let counter = InputCounter(tokenizer: try Vocabulary.tokenizer())
        var random = SeededGenerator()
        print("seed \(random.seed)")
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        let piece = String((0..<40_000).map { _ in letters.randomElement(using: &random)! })
        for text in [piece, String(repeating: " the", count: 10_000), String(repeating: "-", count: 600_000)] {
            let message = #"{"role":"user","content":"\#(text)"}"#
            let buffer = ByteBuffer(string: #"{"messages":[\#(message),\#(message)]}"#)
            let request = try RelayedRequest(scanning: buffer)
            let exact = counter.finalCount(of: request, in: buffer, upTo: .max).tokens
            for limit in [0, 1, 500, exact - 1, exact, exact + 1, exact * 2] {
                let count = counter.finalCount(of: request, in: buffer, upTo: limit).tokens
                #expect(limit >= exact ? count == exact : count > limit, "\(limit) of \(exact), seed \(random.seed)")
            }
        }
    }

    @Test("A small body is counted exactly at once, a larger one by its bytes first")
    func firstCount() throws {
        let counter = InputCounter(tokenizer: try Vocabulary.tokenizer())
        func first(_ text: String, _ counter: InputCounter) throws -> InputCount {
            let buffer = ByteBuffer(string: #"{"messages":[{"role":"user","content":"\#(text)"}]}"#)
            return counter.firstCount(of: try RelayedRequest(scanning: buffer), in: buffer)
        }
        let frame = #"{"messages":[{"role":"user","content":""}]}"#.utf8.count
        #expect(try first("Hello!", counter) == InputCount(tokens: 9, isFinal: true))
        let long = String(repeating: "word ", count: 500)
        #expect(try first(long, counter) == InputCount(tokens: Int64(2_500 + frame + 144), isFinal: false))
        // Without a vocabulary the bound is all there is, for every body.
        #expect(try first("Hello!", InputCounter(tokenizer: nil)) == InputCount(tokens: Int64(6 + frame + 144), isFinal: true))
        #expect(try first(long, InputCounter(tokenizer: nil)) == InputCount(tokens: Int64(2_500 + frame + 144), isFinal: true))
    }
}
