import RelayDomain
import Testing

@testable import RelayWire

@Suite struct UsageTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var usage: String
        var expected: ReportedUsage?
        var testDescription: String { usage }

        init(_ usage: String, _ expected: ReportedUsage?) {
            self.usage = usage
            self.expected = expected
        }

        init(_ usage: String, _ prompt: Int64, _ completion: Int64, cached: Int64 = 0, reasoning: Int64 = 0) {
            self.init(usage, ReportedUsage(prompt: prompt, cached: cached, completion: completion, reasoning: reasoning))
        }
    }

    static let sensible = [
        Case(#"{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}"#, 5, 7),
        Case(
            #"{"input_tokens":5,"input_tokens_details":{"cached_tokens":2},"output_tokens":7,"output_tokens_details":{"reasoning_tokens":3}}"#,
            5, 7, cached: 2, reasoning: 3),
        // What was written to a cache is a part of the input, and read aloud is a part of the output: neither is added.
        Case(
            #"{"input_tokens":9,"input_tokens_details":{"cached_tokens":2,"cache_write_tokens":4},"output_tokens":7,"output_tokens_details":{}}"#,
            9, 7, cached: 2),
        Case(
            #"{"prompt_tokens":9,"completion_tokens":7,"prompt_tokens_details":{"cache_write_tokens":4,"audio_tokens":1},"completion_tokens_details":{"audio_tokens":3}}"#,
            9, 7),
        Case(#"{"prompt_tokens":5,"completion_tokens":7,"prompt_tokens_details":null,"completion_tokens_details":null}"#, 5, 7),
        Case(
            #"{"prompt_tokens":5,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":null},"completion_tokens_details":{}}"#, 5,
            7),
        Case(#"{"prompt_tokens":5,"completion_tokens":7,"prompt_tokens_details":[],"completion_tokens_details":0}"#, 5, 7),
        Case(#"{"prompt_tokens":5.0,"completion_tokens":7.9}"#, 5, 7),
        Case(#"{"prompt_tokens":"5","completion_tokens":"7.5"}"#, 5, 7),
        Case(#"{"prompt_tokens":1.5e2,"completion_tokens":120e-1}"#, 150, 12),
        Case(#"{"prompt_tokens":0.0000000000000000000000005e25,"completion_tokens":70000000000000000000000e-22}"#, 5, 7),
        Case(#"{"prompt_tokens":5,"completion_tokens":null}"#, 5, 0),
        Case(#"{"prompt_tokens":5,"total_tokens":5}"#, 5, 0),
        Case(#"{"completion_tokens":7}"#, 0, 7),
        Case(#"{"prompt_tokens":0,"completion_tokens":0}"#, 0, 0),
        Case(#"{"prompt_tokens":5,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":9}}"#, 5, 7, cached: 9),
        Case(#"{"prompt_tokens":5,"completion_tokens":7,"input_tokens":0,"output_tokens":0,"input_tokens_details":null}"#, 5, 7),
        Case(#"{"prompt_tokens":null,"completion_tokens":null,"input_tokens":5,"output_tokens":7}"#, 5, 7),
        Case(#"{"prompt_tokens":1,"prompt_tokens":5,"completion_tokens":7}"#, 5, 7),
        Case(#"{"prompt_tokens":1099511627776,"completion_tokens":7}"#, 1 << 40, 7),
        Case(#"{"prompt_tokens":5,"completion_tokens":-0}"#, 5, 0),
        Case(
            #"{"prompt_tokens":5,"completion_tokens":7,"queue_time":-1,"x":{"prompt_tokens":9,"cached_tokens":9},"cached_tokens":9}"#, 5, 7),
        Case(#"{"prompt_tokens":5,"completion_tokens":7,"prompt_tokens_details":{"reasoning_tokens":9,"x":{"cached_tokens":9}}}"#, 5, 7),
    ]

    static let nonsense = [
        #"{"prompt_tokens":-5,"completion_tokens":7}"#, #"{"prompt_tokens":5,"completion_tokens":-7.5}"#,
        #"{"prompt_tokens":1e400,"completion_tokens":7}"#, #"{"prompt_tokens":1099511627777,"completion_tokens":7}"#,
        #"{"prompt_tokens":99999999999999999999999999,"completion_tokens":7}"#, #"{"prompt_tokens":"NaN","completion_tokens":7}"#,
        #"{"prompt_tokens":"","completion_tokens":7}"#, #"{"prompt_tokens":"5 tokens","completion_tokens":7}"#,
        #"{"prompt_tokens":" 5","completion_tokens":7}"#, #"{"prompt_tokens":true,"completion_tokens":7}"#,
        #"{"prompt_tokens":[5],"completion_tokens":7}"#, #"{"prompt_tokens":{"n":5},"completion_tokens":7}"#,
        #"{"prompt_tokens":5,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":-1}}"#,
        #"{"total_tokens":12}"#, "{}", #"{"prompt_tokens":null,"completion_tokens":null}"#, #"{"input_tokens":0,"output_tokens":0}"#,
        "null", "[]", "5", #""5""#, #"[{"prompt_tokens":5,"completion_tokens":7}]"#,
    ]

    @Test("Sensible figures are read as they are meant, whole and in pieces", arguments: sensible)
    func sensibleFigures(usage: Case) {
        let bytes = Array(#"{"id":"x","usage":\#(usage.usage)}"#.utf8)
        for pieces in Pieces.everyWay(bytes) { #expect(AnswerOutcome(pieces).usage == usage.expected) }
    }

    @Test("Nonsense counts as not reported, and leaves what was reported before", arguments: nonsense)
    func nonsenseFigures(usage: String) {
        #expect(AnswerOutcome(#"{"usage":\#(usage)}"#).usage == nil)
        let twice = AnswerOutcome(#"{"usage":{"prompt_tokens":1,"completion_tokens":2},"usage":\#(usage)}"#)
        #expect(twice.usage == ReportedUsage(prompt: 1, completion: 2))
        #expect(twice.isComplete)
    }

    @Test(
        "Only the top level reports: not a prompt, not an object within",
        arguments: [
            #"{"choices":[{"message":{"content":"\"usage\":{\"prompt_tokens\":5}"}}]}"#,
            #"{"x":{"usage":{"prompt_tokens":5,"completion_tokens":7}}}"#,
            #"{"choices":[{"usage":{"prompt_tokens":5,"completion_tokens":7}}]}"#,
            #"[{"usage":{"prompt_tokens":5,"completion_tokens":7}}]"#,
            #"{"usage":{"usage":{"prompt_tokens":5,"completion_tokens":7}}}"#,
            #"{"usage ":{"prompt_tokens":5,"completion_tokens":7}}"#,
            #"{"usage":{"prompt_tokens":5,"completion_tokens":7"#,
        ])
    func elsewhere(document: String) {
        #expect(AnswerOutcome(document).usage == nil)
    }

    @Test("The later of two sensible objects stands")
    func twice() {
        let outcome = AnswerOutcome(
            #"{"usage":{"prompt_tokens":1,"completion_tokens":2},"usage":{"prompt_tokens":3,"completion_tokens":4}}"#)
        #expect(outcome.usage == ReportedUsage(prompt: 3, completion: 4))
    }

    @Test("A number has the reference parser's verdict, and its value where it is whole")
    func numbers() {
        var random = RandomJSON(generator: SeededGenerator())
        let seed = random.generator.seed
        for _ in 0..<20_000 {
            let letters = Array("00123456789.eE+-".utf8)
            let length = Int.random(in: 1...8, using: &random.generator)
            let text = (0..<length).compactMap { _ in letters.randomElement(using: &random.generator) }
            var scanner = NumberScanner()
            let isTaken = text.allSatisfy { scanner.take($0) }
            let comment: Comment = "seed \(seed): \(String(decoding: text, as: UTF8.self))"
            #expect((isTaken && scanner.isComplete) == (ReferenceJSON.parse(text) != nil), comment)
            guard isTaken, scanner.isComplete, let value = Double(String(decoding: text, as: UTF8.self)), value.magnitude < 1e15 else {
                continue
            }
            let expected = value.rounded(.towardZero)
            #expect(scanner.tokens == (expected >= 0 && expected <= Double(TokenLimit.maximum) ? Int64(expected) : nil), comment)
        }
    }
}
