import Foundation
import NIOCore
import Testing

@testable import UpstreamSimulator

@Suite struct UpstreamReplyTests {
    private func reply(
        _ directives: String = "", user: String = "Hello", fields: String = "", script: SimulatorScript = .default
    ) throws -> UpstreamReply {
        UpstreamReply(
            to: try UpstreamRequest(.chat, body: ChatJSON.body(user: user, fields: fields)), behaviour: try SimulatedBehaviour(directives),
            script: script, number: 1, createdSeconds: 0)
    }

    @Test("The default answer repeats the last user message, at most 200 bytes of it and whole characters only")
    func echo() throws {
        #expect(try reply(user: "Good morning").text == .literal("Hello from the simulated upstream. You said: Good morning"))
        #expect(try reply(user: "[[simulate tiny]]").text == .literal("Hello from the simulated upstream."))
        let long = try reply(user: "x" + String(repeating: "ü", count: 200)).text
        #expect(long == .literal("Hello from the simulated upstream. You said: x" + String(repeating: "ü", count: 99)))
    }

    @Test("An answer is the same every time, and its id differs from request to request")
    func determinism() throws {
        #expect(try reply() == reply())
        let request = try UpstreamRequest(.chat, body: ChatJSON.body())
        let ids = (1...1_000).map {
            UpstreamReply(to: request, behaviour: SimulatedBehaviour(), script: .default, number: $0, createdSeconds: 0).id
        }
        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { $0.utf8.count == 29 })
    }

    @Test("What is generated for nobody to see is counted all the same, and nothing is where nothing is generated")
    func generations() throws {
        var request = UpstreamRequest(model: "m")
        request.promptTokens = 10
        request.generations = 3
        let behaviour = try SimulatedBehaviour("content=12345678;reasoning=1")
        func usage() -> TokenUsage {
            UpstreamReply(to: request, behaviour: behaviour, script: .default, number: 1, createdSeconds: 0).usage
        }
        #expect(usage() == TokenUsage(prompt: 10, completion: 9, reasoning: 3))
        request.generations = 0
        #expect(usage() == TokenUsage(prompt: 10))
    }

    @Test("Figures of the usage can be set, and cached tokens even above the prompt")
    func overrides() throws {
        #expect(
            try reply("prompt=100;completion=50;cached=400;reasoning=20").usage
                == TokenUsage(prompt: 100, cached: 400, completion: 50, reasoning: 20))
    }

    @Test("The script's share of cached tokens is rounded down")
    func cachedShare() throws {
        let script = SimulatorScript(cachedPercent: 33)
        #expect(try reply("prompt=10", script: script).usage.cached == 3)
    }

    @Test("An answer at its limit says so; one that just fits does not")
    func lengths() throws {
        #expect(try reply("content=12345678", fields: #""max_tokens":2"#).finishReason == "stop")
        let cut = try reply("content=123456789", fields: #""max_tokens":2"#)
        #expect(cut.finishReason == "length")
        #expect(cut.text == .literal("12345678"))
        #expect(try reply("completion=9", fields: #""max_tokens":8"#).finishReason == "length")
        #expect(try reply("completion=9", fields: #""max_tokens":8"#).usage.completion == 8)
        #expect(try reply("tools=1").finishReason == "tool_calls")
    }

    @Test("Reasoning takes its share of the limit before the text does")
    func reasoning() throws {
        let reply = try reply("content=1234567890;reasoning=7", fields: #""max_tokens":8"#)
        #expect(reply.text == .literal("1234"))
        #expect(reply.usage.completion == 8)
        #expect(reply.usage.reasoning == 7)
        #expect(try self.reply("reasoning=70", fields: #""max_tokens":8"#).text == .literal(""))
    }

    @Test("Text beyond the limit is delivered when that is asked for, and is not reported")
    func ignoredLimit() throws {
        let reply = try reply("chunks=100;ignore-limit=1", fields: #""max_tokens":8"#)
        #expect(reply.text == .filler(bytes: 400))
        #expect(reply.usage.completion == 8)
        #expect(reply.finishReason == "length")
    }

    @Test("An overrun reports more than was allowed")
    func overrun() throws {
        #expect(try reply("usage=overrun", fields: #""max_tokens":8,"n":2"#).usage.completion == 1_016)
    }

    @Test("Whatever is asked, the reported completion stays within the limit of all choices, and so does the text")
    func randomLimits() throws {
        let seed = ProcessInfo.processInfo.environment["NEXRELAY_TEST_SEED"].flatMap(UInt64.init) ?? .random(in: .min ... .max)
        var random = SplitMix(state: seed)
        for round in 0..<2_000 {
            let limit = Int.random(in: 1...40, using: &random)
            let choices = Int.random(in: 1...4, using: &random)
            var directives = ["reasoning=\(Int.random(in: 0...50, using: &random))"]
            if Bool.random(using: &random) { directives.append("completion=\(Int.random(in: 0...200, using: &random))") }
            if Bool.random(using: &random) { directives.append("chunks=\(Int.random(in: 1...30, using: &random))") }
            if Bool.random(using: &random) { directives.append("chunk-bytes=\(Int.random(in: 1...30, using: &random))") }
            if Bool.random(using: &random) { directives.append("tools=1") }
            let faces = String(repeating: "😀", count: Int.random(in: 0...50, using: &random))
            if Bool.random(using: &random) { directives.append("content=ü€\(faces)") }
            let text = directives.joined(separator: ";")
            let reply = try reply(text, fields: #""max_tokens":\#(limit),"n":\#(choices)"#)
            let context: Comment = "seed \(seed), round \(round): \(text), limit \(limit), n \(choices)"
            #expect(reply.usage.completion <= limit * choices, context)
            #expect(reply.usage.reasoning <= reply.usage.completion, context)
            #expect(reply.text.byteCount <= limit * 4, context)
            #expect(reply.pieces.count == 0 || reply.text.byteCount > 0 || text.contains("chunks"), context)
        }
    }

    @Test("Pieces put together are the text, in as many pieces as asked")
    func pieces() throws {
        let text = "Añ €uro, 😀 and more"
        for (chunks, bytes) in [(nil, nil), (5, nil), (40, nil), (nil, 1), (nil, 6), (nil, 100)] as [(Int?, Int?)] {
            let pieces = TextPieces(.literal(text), chunks: chunks, chunkBytes: bytes)
            #expect((0..<pieces.count).map { String(buffer: pieces.json($0)) }.joined() == text)
            if let chunks { #expect(pieces.count == chunks) }
        }
        for bytes in [1, 3, 4, 8, 70_000] {
            let pieces = TextPieces(.filler(bytes: 200_001), chunks: nil, chunkBytes: bytes)
            let joined = (0..<pieces.count).map { String(buffer: pieces.json($0)) }.joined()
            #expect(joined == String((0..<200_001).map { Array("sim ")[$0 % 4] }))
            for index in 0..<pieces.count where pieces.equalsFirst(index) { #expect(pieces.json(index) == pieces.json(0)) }
        }
    }
}

/// A generator that a printed seed repeats: `NEXRELAY_TEST_SEED`.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}
