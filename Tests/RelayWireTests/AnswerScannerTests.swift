import NIOCore
import RelayDomain
import Testing

@testable import RelayWire

@Suite struct AnswerScannerTests {
    static let documents = [
        #"{"id":"chatcmpl-1","object":"chat.completion","model":"gpt-5.2","choices":[{"index":0,"message":{"role":"assistant","content":"Hi \"you\" \u00e9é","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":3,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":4,"rejected_prediction_tokens":0}}}"#,
        #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]}}]}"#,
        #"{"choices":[{"delta":{"content":"","role":"assistant"},"finish_reason":null}],"usage":null}"#,
        #" { "error" : { "message" : "no" , "usage" : { "prompt_tokens" : 1 } } } "#,
        #"{"\u006dodel":"m\u0065","us\u0061ge":{"prompt_tok\u0065ns":"12","completion_tokens":1.9e1},"choices":[]}"#,
        #"[1,2,{"model":"x","usage":{"prompt_tokens":1}}]"#,
        #"{"a":-0.5e-7,"b":[true,false,null,{}],"c":"\\\"","d":[[],[[]]]}"#,
        "12", "-", "nul", "{", #"{"a":1}}"#, #"{"a":[}"#, "\"a\nb\"", "", "  ", "upstream connect error",
    ]

    @Test("The pieces in which a document comes make no difference", arguments: documents)
    func everySplit(document: String) {
        let bytes = Array(document.utf8)
        let whole = AnswerOutcome([bytes])
        for pieces in Pieces.everyWay(bytes) { #expect(AnswerOutcome(pieces) == whole) }
    }

    @Test("A random document has the verdict of the reference parser and the values of its top level, in random pieces too")
    func randomDocuments() throws {
        var random = RandomJSON(generator: SeededGenerator())
        let seed = random.generator.seed
        for round in 0..<6_000 {
            var bytes = Array(random.object().utf8)
            if random.generator.chance(40) { bytes = random.damaged(bytes) }
            // The scanner leaves the encoding to the client, so damage to it is no subject here; nor are the words of other dialects.
            let text = String(decoding: bytes, as: UTF8.self)
            guard Array(text.utf8) == bytes, !text.contains("N"), !text.contains("I") else { continue }
            let outcome = AnswerOutcome([bytes])
            let reference = ReferenceJSON.parse(bytes)
            let comment: Comment = "seed \(seed), round \(round): \(text)"
            #expect(outcome.isComplete == (reference != nil), comment)
            #expect(AnswerOutcome(Pieces.random(bytes, limit: 7, using: &random.generator)) == outcome, comment)
            // Damage can make two keys equal; which one a reader takes is open, so only the verdict above is compared.
            guard let reference, !reference.repeatsKey else { continue }
            #expect(outcome.hasError == (reference["error"].map { $0 != .null } ?? false), comment)
            if case .array(let choices)? = reference["choices"] {
                #expect(outcome.hasChoices == !choices.isEmpty, comment)
            } else {
                #expect(!outcome.hasChoices, comment)
            }
            var model: ReferenceJSON?
            if case .string? = reference["model"] { model = reference["model"] }
            #expect(outcome.modelValue.flatMap { ReferenceJSON.parse(Array(bytes[$0])) } == model, comment)
        }
    }

    @Test(
        "What was delivered is counted, wherever models put it",
        arguments: [
            (#"{"choices":[{"message":{"content":"four"}}]}"#, 4, false),
            (#"{"choices":[{"delta":{"content":"é\n"}}]}"#, 4, false),
            (#"{"choices":[{"delta":{"content":"\u00e9"}}]}"#, 6, false),
            (#"{"choices":[{"delta":{"refusal":"no"}}]}"#, 2, false),
            (#"{"choices":[{"delta":{"reasoning":"hm"}},{"delta":{"reasoning_content":"hmm"}}]}"#, 5, false),
            (
                #"{"choices":[{"delta":{"tool_calls":[{"function":{"name":"f","arguments":"{}"}},{"custom":{"name":"g","input":"xyz"}}]}}]}"#,
                7, false
            ),
            (#"{"choices":[{"message":{"function_call":{"name":"f","arguments":"{}"}}}]}"#, 3, false),
            (#"{"choices":[{"message":{"content":[{"type":"text","text":"part"},{"type":"refusal","refusal":"no"}]}}]}"#, 6, false),
            (#"{"choices":[{"text":"old"}]}"#, 3, false),
            (#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#, 0, true),
            (#"{"choices":[{"delta":{},"finish_reason":""}]}"#, 0, false),
            (#"{"choices":[{"delta":{"role":"assistant","content":"","refusal":null},"finish_reason":null}]}"#, 0, false),
            (#"{"choices":[{"logprobs":{"content":[{"token":"a","text":"b"}]},"index":0}]}"#, 0, false),
            (#"{"content":"x","delta":{"content":"x"},"choices":{"delta":{"content":"x"}}}"#, 0, false),
            (#"{"choices":[[{"delta":{"content":"x"}}],{"x":{"delta":{"content":"x"}}}]}"#, 0, false),
        ])
    func content(document: String, byteCount: Int, isFinished: Bool) {
        let outcome = AnswerOutcome(document)
        #expect(outcome.contentByteCount == byteCount)
        #expect(outcome.hasFinishReason == isFinished)
        #expect(outcome.hasContent == (byteCount > 0 || isFinished))
        #expect(outcome.isComplete)
    }

    @Test(
        "Errors and choices count at the top level only, and an error that is null is none",
        arguments: [
            (#"{"error":{"message":"x"}}"#, true, false),
            (#"{"error":"x"}"#, true, false),
            (#"{"error":null,"choices":[{}]}"#, false, true),
            (#"{"choices":[{"error":{"message":"x"}}]}"#, false, true),
            (#"{"choices":[]}"#, false, false),
            (#"{"choices":[null]}"#, false, true),
            (#"{"choices":{"0":{}}}"#, false, false),
            (#"{"x":{"error":1,"choices":[1]}}"#, false, false),
        ])
    func topLevel(document: String, hasError: Bool, hasChoices: Bool) {
        let outcome = AnswerOutcome(document)
        #expect(outcome.hasError == hasError)
        #expect(outcome.hasChoices == hasChoices)
    }

    @Test("A plain body is rewritten at its own model only")
    func rewriting() throws {
        let text = #" {"x":{"model":"deep"},"model": "there\n" ,"choices":[{"message":{"content":"\"model\":\"x\""}}]}"#
        var scanner = AnswerScanner()
        let body = ByteBuffer(string: text)
        body.withUnsafeReadableBytes { scanner.scan($0) }
        let rewritten = scanner.rewritingModel(in: body, range: try #require(scanner.modelValue), to: #"he"re"#)
        #expect(String(buffer: rewritten) == text.replacing(#""there\n""#, with: #""he\"re""#))
    }

    @Test("128 levels pass, 129 do not, and a flood of brackets ends")
    func nesting() {
        func nested(_ count: Int) -> String { String(repeating: "[", count: count) + String(repeating: "]", count: count) }
        #expect(AnswerOutcome(nested(128)).isComplete)
        #expect(AnswerOutcome(nested(129)).isMalformed)
        #expect(AnswerOutcome(String(repeating: "{\"a\":", count: 100_000)).isMalformed)
    }

    @Test("Words that some upstreams put in place of numbers do not break an answer")
    func otherDialects() {
        #expect(AnswerOutcome(#"{"logprob":-Infinity,"x":[NaN,Infinity]}"#).isComplete)
        #expect(AnswerOutcome(#"{"x":-Infinite}"#).isMalformed)
        #expect(AnswerOutcome(#"{"x":1Infinity}"#).isMalformed)
        #expect(AnswerOutcome(#"{"usage":{"prompt_tokens":NaN,"completion_tokens":1}}"#).usage == nil)
        #expect(AnswerOutcome(#"{"usage":{"prompt_tokens":-Infinity,"completion_tokens":1}}"#).usage == nil)
    }

    @Test("A reset scanner reads the next document as if it were the first")
    func reset() {
        var scanner = AnswerScanner()
        Array(#"{"model":"x","error":1,"choices":[{"delta":{"content":"abc"#.utf8).withUnsafeBytes { scanner.scan($0) }
        scanner.reset()
        Array(Self.documents[0].utf8).withUnsafeBytes { scanner.scan($0) }
        #expect(scanner.isComplete)
        #expect(!scanner.hasError)
        #expect(scanner.contentByteCount == AnswerOutcome(Self.documents[0]).contentByteCount)
    }

    @Test("The scanner is small, whatever it reads")
    func size() {
        #expect(MemoryLayout<AnswerScanner>.size <= 512)
    }
}
