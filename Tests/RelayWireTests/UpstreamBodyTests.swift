import NIOCore
import RelayDomain
import Testing

@testable import RelayWire

@Suite struct UpstreamBodyTests {
    static func rewrite(_ body: String, model: String = "up", limit: Int64 = 40) throws -> String {
        let buffer = ByteBuffer(string: body)
        let request = try ChatRequest(scanning: buffer)
        return String(buffer: request.upstreamBody(from: buffer, model: model, maxOutputTokens: limit, allocator: ByteBufferAllocator()))
    }

    @Test(
        "Only what must change changes, to the byte",
        arguments: [
            (#"{"messages":[1]}"#, #"{"model":"up","max_completion_tokens":40,"messages":[1]}"#),
            (#"{"model":"m","messages":[1]}"#, #"{"max_completion_tokens":40,"model":"up","messages":[1]}"#),
            (#"{"model":null,"max_tokens":9,"messages":[1]}"#, #"{"model":"up","max_tokens":40,"messages":[1]}"#),
            (
                #"{"model":"m","max_tokens":9,"max_completion_tokens": 8 ,"messages":[1]}"#,
                #"{"model":"up","max_tokens":40,"max_completion_tokens": 40 ,"messages":[1]}"#
            ),
            (
                #"{"model":"m","max_tokens":null,"messages":[1]}"#,
                #"{"max_completion_tokens":40,"model":"up","max_tokens":null,"messages":[1]}"#
            ),
            (#"{"model":"m","max_completion_tokens":null,"messages":[1]}"#, #"{"model":"up","max_completion_tokens":40,"messages":[1]}"#),
            (
                #"{"model":"m","max_tokens":9,"max_completion_tokens":null,"messages":[1]}"#,
                #"{"model":"up","max_tokens":40,"max_completion_tokens":null,"messages":[1]}"#
            ),
            (#"{"models":["a"],"messages":[1],"max_tokens":9}"#, #"{"model":"up","messages":[1],"max_tokens":40}"#),
            (#"{"messages":[1],"model":"m","max_tokens":9,"models":["a"]}"#, #"{"messages":[1],"model":"up","max_tokens":40}"#),
            (#"{"messages":[1],"models":null,"model":"m","max_tokens":9}"#, #"{"messages":[1],"model":"up","max_tokens":40}"#),
            (
                "\n{ \"mod\\u0065l\" : \"m\" ,\t\"max_tokens\":9, \"messages\" : [ 1.50 ] } ",
                "\n{ \"mod\\u0065l\" : \"up\" ,\t\"max_tokens\":40, \"messages\" : [ 1.50 ] } "
            ),
        ])
    func plain(body: String, expected: String) throws {
        #expect(try Self.rewrite(body) == expected)
    }

    @Test(
        "A stream is asked to report usage, however the client put it",
        arguments: [
            ("", #""stream_options":{"include_usage":true},"#, ""),
            (#","stream_options":null"#, "", #","stream_options":{"include_usage":true}"#),
            (#","stream_options":{}"#, "", #","stream_options":{"include_usage":true}"#),
            (#","stream_options":{ }"#, "", #","stream_options":{"include_usage":true }"#),
            (#","stream_options":{"x":[1]}"#, "", #","stream_options":{"include_usage":true,"x":[1]}"#),
            (#","stream_options": {"x":1,"include_usage":false}"#, "", #","stream_options": {"x":1,"include_usage":true}"#),
            (#","stream_options":{"include_usage": null ,"x":1}"#, "", #","stream_options":{"include_usage": true ,"x":1}"#),
            (#","stream_options":{"include_usage":true,"x":1}"#, "", #","stream_options":{"include_usage":true,"x":1}"#),
        ])
    func streamed(given: String, inserted: String, changed: String) throws {
        let body = #"{"model":"m","max_tokens":9,"messages":[1],"stream":true\#(given)}"#
        #expect(try Self.rewrite(body) == #"{\#(inserted)"model":"up","max_tokens":40,"messages":[1],"stream":true\#(changed)}"#)
    }

    @Test("Stream options of a request that is not streamed stay as they came")
    func notStreamed() throws {
        let body = #"{"model":"m","max_tokens":9,"messages":[1],"stream":false,"stream_options":{"include_usage":false}}"#
        #expect(try Self.rewrite(body, model: "m", limit: 9) == body)
    }

    @Test("A name is quoted, whatever it holds")
    func quoting() throws {
        #expect(
            try Self.rewrite(#"{"model":"m","max_tokens":9,"messages":[1]}"#, model: "a\"\\\n\u{1}é")
                == #"{"model":"a\"\\\n\u0001é","max_tokens":40,"messages":[1]}"#)
    }

    @Test("The body of a random request parses and says what it must, and nothing else changed")
    func randomRequests() throws {
        var random = RandomJSON(generator: SeededGenerator())
        let seed = random.generator.seed
        for round in 0..<3_000 {
            let body = Self.randomBody(&random)
            let rewritten = try Self.rewrite(body, model: "upstream")
            let comment: Comment = "seed \(seed), round \(round): \(body) became \(rewritten)"
            let before = try #require(ReferenceJSON.parse(Array(body.utf8)), comment)
            let after = try #require(ReferenceJSON.parse(Array(rewritten.utf8)), comment)

            #expect(after["model"] == .text("upstream"), comment)
            #expect(after["models"] == nil, comment)
            let limits = ["max_tokens", "max_completion_tokens"].compactMap { after[$0] }.filter { $0 != .null }
            #expect(!limits.isEmpty && limits.allSatisfy { $0 == .number("40") }, comment)
            let isStream = before["stream"] == .bool(true)
            if isStream { #expect(after["stream_options"]?["include_usage"] == .bool(true), comment) }
            #expect(Self.rest(of: after, isStream) == Self.rest(of: before, isStream), comment)
        }
    }

    /// The members that the relay does not touch, in their order.
    private static func rest(of value: ReferenceJSON, _ isStream: Bool) -> [ReferenceJSON.Member]? {
        guard case .object(let members) = value else { return nil }
        let changed = Set(["model", "models", "max_tokens", "max_completion_tokens"] + (isStream ? ["stream_options"] : []))
        var keys: [ReferenceJSON.Member] = []
        for member in members where !changed.contains(String(decoding: member.key, as: UTF16.self)) { keys.append(member) }
        return keys
    }

    private static func randomBody(_ random: inout RandomJSON) -> String {
        let members: [(String, [String])] = [
            ("messages", ["[1]", #"[{"role":"user","content":"models"}]"#]), ("model", [#""m""#, "null", #""auto""#]),
            ("models", [#"["a"]"#, #"[ "a", "b" ]"#]),
            ("max_tokens", ["5", "null"]), ("max_completion_tokens", ["5", "null"]), ("stream", ["true", "true", "false", "null"]),
            (
                "stream_options",
                ["null", "{}", #"{"include_usage":false}"#, #"{"x":1, "include_usage" : null}"#, #"{"include_usage":true}"#]
            ),
            ("tools", ["[]"]), ("a", [#"{"model":"x","max_tokens":3}"#]), ("b", [#""\"model\":\"x\"""#]),
        ]
        let chosen = members.enumerated().filter { $0.offset == 0 || random.generator.chance(60) }.map(\.element).shuffled(
            using: &random.generator)
        let texts = chosen.map { name, values in
            random.space() + random.string(name) + random.space() + ":" + random.space()
                + (values.randomElement(using: &random.generator) ?? "null") + random.space()
        }
        return random.space() + "{" + texts.joined(separator: ",") + "}" + random.space()
    }
}
