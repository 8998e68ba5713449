import NIOCore
import RelayDomain
import Testing

@testable import RelayWire

@Suite struct RelayedRequestTests {
    static let messages = #""messages":[{"role":"user","content":"hi"}]"#

    static func scan(_ body: String) throws(Refusal) -> RelayedRequest { try RelayedRequest(scanning: ByteBuffer(string: body)) }
    static func with(_ fields: String) -> String { "{\(messages),\(fields)}" }

    @Test("A plain request has the defaults")
    func defaults() throws {
        let body = "{\(Self.messages)}"
        let request = try Self.scan(body)
        #expect(request.model == .automatic(isNamed: false))
        #expect(!request.isStream)
        #expect(!request.wantsUsage)
        #expect(request.choices == 1)
        #expect(request.askedOutputTokens == nil)
        #expect(request.inputTokenBound == Int64(body.utf8.count) + 144)
    }

    @Test("Null means absent, in every field that the relay reads")
    func nulls() throws {
        let fields = ["model", "models", "n", "best_of", "stream", "stream_options", "max_tokens", "max_completion_tokens", "store"]
        let request = try Self.scan(Self.with(fields.map { #""\#($0)":null"# }.joined(separator: ",")))
        #expect(request.model == .automatic(isNamed: false))
        #expect(!request.isStream)
        #expect(request.choices == 1)
        #expect(request.askedOutputTokens == nil)
    }

    @Test(
        "The model is named, automatic, or a list",
        arguments: [
            (#""model":"gpt-5.2""#, .named("gpt-5.2")),
            (#""model":"auto""#, .automatic(isNamed: true)),
            (#""mod\u0065l":"gpt\u002d5.2 \ud83d\ude00""#, .named("gpt-5.2 \u{1F600}")),
            (#""models":["a"]"#, .fallback(["a"])),
            (#""models":[ "a" , "b" , "a" ]"#, .fallback(["a", "b"])),
            (#""model":"b","models":["a","b","c"]"#, .fallback(["b", "a", "c"])),
            (#""model":"auto","models":["a,","]"]"#, .fallback(["a,", "]"])),
            (#""model":null,"models":["a\"\\"]"#, .fallback([#"a"\"#])),
        ] as [(String, ModelRequest)])
    func models(fields: String, expected: ModelRequest) throws {
        #expect(try Self.scan(Self.with(fields)).model == expected)
    }

    @Test(
        "The output limit is the lesser of both fields, and a huge one is cut",
        arguments: [
            (#""max_tokens":7"#, 7), (#""max_completion_tokens":8"#, 8), (#""max_tokens":7,"max_completion_tokens":8"#, 7),
            (#""max_completion_tokens":8,"max_tokens":9"#, 8), (#""max_tokens":null,"max_completion_tokens":8"#, 8),
            (#""max_tokens":99999999999999999999999"#, TokenLimit.maximum), (#""max_tokens":9223372036854775807"#, TokenLimit.maximum),
        ] as [(String, Int64)])
    func outputLimits(fields: String, expected: Int64) throws {
        #expect(try Self.scan(Self.with(fields)).askedOutputTokens == expected)
    }

    @Test("Choices are the larger of n and best_of")
    func choices() throws {
        #expect(try Self.scan(Self.with(#""n":3"#)).choices == 3)
        #expect(try Self.scan(Self.with(#""n":128"#)).choices == 128)
        #expect(try Self.scan(Self.with(#""n":2,"best_of":5"#)).choices == 5)
    }

    @Test("Streaming and the wish for usage are read")
    func streaming() throws {
        #expect(try Self.scan(Self.with(#""stream":true"#)).isStream)
        #expect(try !Self.scan(Self.with(#""stream":true"#)).wantsUsage)
        #expect(try Self.scan(Self.with(#""stream":true,"stream_options":{"include_usage":true}"#)).wantsUsage)
        #expect(try Self.scan(Self.with(#""stream_options":{"x":1,"include\u005fusage":true}"#)).wantsUsage)
        #expect(try !Self.scan(Self.with(#""stream":true,"stream_options":{"include_usage":null}"#)).wantsUsage)
    }

    @Test("An image counts by its size, whatever bytes it takes; what a prompt says of one does not")
    func images() throws {
        let image = #"{"type":"image_url","image_url":{"url":"https://x"}}"#
        let body = #"{"messages":[{"role":"user","content":[\#(image),\#(image),{"type":"text","text":"\"image_url\":"}]}]}"#
        // Reply, message, role, the decoded text, and two images of unknown size.
        #expect(try Self.scan(body).inputTokenBound == 3 + 3 + 4 + 12 + 2 * 12_002)
        let text = #"{"messages":[{"role":"user","content":"\"image_url\":"}]}"#
        #expect(try Self.scan(text).inputTokenBound == Int64(text.utf8.count) + 144)
    }

    @Test(
        "A field of a wrong kind is refused by its name",
        arguments: [
            (#""model":5"#, "model"), (#""model":"""#, "model"), (#""model":["a"]"#, "model"), (#""model":"\ud800""#, "model"),
            (#""model":"\udc00\ud800""#, "model"), (#""model":"\#(String(repeating: "m", count: 257))""#, "model"),
            (#""model":"","models":["a"]"#, "model"),
            (#""models":[]"#, "models"), (#""models":"a""#, "models"), (#""models":[1]"#, "models"), (#""models":[""]"#, "models"),
            (#""models":["a",["b"]]"#, "models"), (#""models":["auto"]"#, "models"), (#""models":["a","auto"]"#, "models"),
            (#""models":["\ud800"]"#, "models"),
            (#""models":[\#((0...16).map { #""m\#($0)""# }.joined(separator: ","))]"#, "models"),
            (#""models":["\#(String(repeating: "m", count: 257))"]"#, "models"),
            (#""n":0"#, "n"), (#""n":-1"#, "n"), (#""n":1.0"#, "n"), (#""n":1e1"#, "n"), (#""n":"2""#, "n"), (#""n":129"#, "n"),
            (#""n":true"#, "n"),
            (#""n":99999999999999999999"#, "n"), (#""best_of":0"#, "best_of"), (#""best_of":129"#, "best_of"),
            (#""stream":"true""#, "stream"), (#""stream":1"#, "stream"), (#""stream_options":[]"#, "stream_options"),
            (#""stream_options":true"#, "stream_options"),
            (#""stream_options":{"include_usage":1}"#, "stream_options.include_usage"),
            (#""stream_options":{"include_usage":true,"include_usag\u0065":false}"#, "stream_options.include_usage"),
            (#""max_tokens":0"#, "max_tokens"), (#""max_tokens":-5"#, "max_tokens"), (#""max_tokens":5.5"#, "max_tokens"),
            (#""max_tokens":1e3"#, "max_tokens"),
            (#""max_tokens":"5""#, "max_tokens"), (#""max_completion_tokens":0"#, "max_completion_tokens"),
            (#""max_completion_tokens":{}"#, "max_completion_tokens"),
            (#""max_tokens":5,"max_completion_tokens":-1"#, "max_completion_tokens"),
        ])
    func wrongKinds(fields: String, param: String) {
        let refusal = #expect(throws: Refusal.self) { try Self.scan(Self.with(fields)) }
        #expect(refusal?.code == .invalidRequest)
        #expect(refusal?.param == param)
        #expect(refusal?.status == 400)
    }

    @Test(
        "Messages must be there, an array, and not empty",
        arguments: ["{}", #"{"messages":null}"#, #"{"messages":{}}"#, #"{"messages":"hi"}"#, #"{"messages":[ ]}"#])
    func messages(body: String) {
        let refusal = #expect(throws: Refusal.self) { try Self.scan(body) }
        #expect(refusal?.code == .invalidRequest)
        #expect(refusal?.param == "messages")
    }

    @Test(
        "A key that matters may not be given twice, in whatever spelling",
        arguments: Endpoint.chatCompletions.watch.members.compactMap(\.self).map { String(decoding: $0, as: UTF8.self) })
    func repeatedKeys(key: String) {
        let escaped = "\\u00" + String(key.utf8.first ?? 0, radix: 16) + key.dropFirst()
        let value = key == "messages" ? #"[{"role":"user"}]"# : "null"
        for body in [#"{"\#(key)":\#(value),"\#(key)":\#(value)}"#, #"{"\#(escaped)":\#(value),"x":1,"\#(key)":\#(value)}"#] {
            let refusal = #expect(throws: Refusal.self) { try Self.scan(body) }
            #expect(refusal?.code == .invalidRequest)
            #expect(refusal?.param == key)
        }
    }

    @Test("A key that does not matter may, and so may one that matters, elsewhere")
    func harmlessRepetition() throws {
        #expect(throws: Never.self) { try Self.scan(Self.with(#""metadata":{"model":1,"model":2},"x":1,"x":2"#)) }
    }

    @Test(
        "Text that is no JSON is refused with the byte",
        arguments: [
            ("", 0), ("  ", 2), ("{", 1), ("[]", 0), ("nonsense", 1), ("\u{FEFF}{}", 0), (#"{"a":1}x"#, 7), (#"{"a":'x'}"#, 5),
            (#"{"a":1,}"#, 7),
        ])
    func invalidJSON(body: String, offset: Int) {
        let refusal = #expect(throws: Refusal.self) { try Self.scan(body) }
        #expect(refusal?.code == .invalidJSON)
        #expect(refusal?.param == nil)
        #expect(refusal?.message.hasSuffix("at byte \(offset).") == true, "\(refusal?.message ?? "")")
    }

    @Test("Half surrogate pairs, unknown fields and long prompts pass where the relay does not read them")
    func passing() throws {
        let prompt = String(repeating: "a \u{1F600} é \\ud83d", count: 20_000)
        let request = try Self.scan(#"{"messages":[{"role":"user","content":"\#(prompt)"}],"\ud800":"\udfff","seed":1e999}"#)
        #expect(request.inputTokenBound > 20_000)
    }

    @Test("A body is read from where its buffer's reader stands")
    func readerIndex() throws {
        var buffer = ByteBuffer(string: "junk" + Self.with(#""model":"m""#))
        buffer.moveReaderIndex(forwardBy: 4)
        let request = try RelayedRequest(scanning: buffer)
        let body = request.upstreamBody(from: buffer, model: "u", maxOutputTokens: 5, allocator: ByteBufferAllocator()) { _ in "" }
        #expect(String(buffer: body) == #"{"max_completion_tokens":5,\#(Self.messages),"model":"u"}"#)
    }
}
