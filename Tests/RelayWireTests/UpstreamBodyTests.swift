import NIOCore
import RelayDomain
import Testing

@testable import RelayWire

@Suite struct UpstreamBodyTests {
    /// Identifiers are put into angle brackets.
    static func rewrite(
        _ body: String, for endpoint: Endpoint = .chatCompletions, model: String = "up", limit: Int64 = 40
    ) throws -> String {
        let buffer = ByteBuffer(string: body)
        let request = try RelayedRequest(scanning: buffer, for: endpoint)
        let rewritten = request.upstreamBody(
            from: buffer, model: model, maxOutputTokens: limit, allocator: ByteBufferAllocator()
        ) { "<\(String(decoding: $0, as: UTF8.self))>" }
        return String(buffer: rewritten)
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

    @Test(
        "What belongs to an account, or would be stored, is changed too",
        arguments: [
            (.chatCompletions, #""store":true"#, #""store":false"#), (.chatCompletions, #""store":null"#, #""store":null"#),
            (.responses, #""store":null"#, #""store":false"#), (.responses, #""store": false "#, #""store": false "#),
            (.responses, #""store":false,"user":"a\u0062\"c""#, #""store":false,"user":"<ab\"c>""#),
            (.chatCompletions, #""user":null,"prompt_cache_key" : "k""#, #""user":null,"prompt_cache_key" : "<k>""#),
            (.chatCompletions, #""safety_identifier":"","x":"user""#, #""safety_identifier":"<>","x":"user""#),
        ] as [(Endpoint, String, String)])
    func ownAccount(endpoint: Endpoint, given: String, changed: String) throws {
        let (limit, prompt) =
            endpoint == .responses
            ? (#""max_output_tokens":99"#, #""input":"x""#) : (#""max_completion_tokens":99"#, #""messages":[1]"#)
        let body = "{\"model\":\"m\",\(limit),\(prompt),\(given)}"
        #expect(
            try Self.rewrite(body, for: endpoint) == "{\"model\":\"up\",\(limit.replacing("99", with: "40")),\(prompt),\(changed)}")
    }

    @Test(
        "Each endpoint has its own output limit, asks for usage where that must be asked for, and stores nothing",
        arguments: [
            (.responses, #"{"input":"x"}"#, #"{"model":"up","max_output_tokens":40,"store":false,"input":"x"}"#),
            (
                .responses, #"{"input":"x","stream":true,"max_output_tokens":null}"#,
                #"{"model":"up","store":false,"input":"x","stream":true,"max_output_tokens":40}"#
            ),
            (.completions, #"{"prompt":"x"}"#, #"{"model":"up","max_tokens":40,"prompt":"x"}"#),
            (
                .completions, #"{"prompt":[[1],[2]],"stream":true,"max_tokens":9}"#,
                #"{"model":"up","stream_options":{"include_usage":true},"prompt":[[1],[2]],"stream":true,"max_tokens":40}"#
            ),
            (.embeddings, #"{"model":"m","input":["a"],"max_tokens":9}"#, #"{"model":"up","input":["a"],"max_tokens":9}"#),
            (.moderations, #"{"input":"a","store":true}"#, #"{"model":"up","input":"a","store":true}"#),
        ] as [(Endpoint, String, String)])
    func endpoints(endpoint: Endpoint, body: String, expected: String) throws {
        #expect(try Self.rewrite(body, for: endpoint) == expected)
    }

    @Test(
        "The body of a random request parses and says what it must, and nothing else changed",
        arguments: [Endpoint.chatCompletions, .responses, .completions, .embeddings, .moderations])
    func randomRequests(endpoint: Endpoint) throws {
        var random = RandomJSON(generator: SeededGenerator())
        let seed = random.generator.seed
        let limitKeys = endpoint.outputFields.map(\.key)
        for round in 0..<2_000 {
            let body = Self.randomBody(for: endpoint, &random)
            let rewritten = try Self.rewrite(body, for: endpoint, model: "upstream")
            let comment: Comment = "seed \(seed), round \(round): \(body) became \(rewritten)"
            let before = try #require(ReferenceJSON.parse(Array(body.utf8)), comment)
            let after = try #require(ReferenceJSON.parse(Array(rewritten.utf8)), comment)

            #expect(after["model"] == .text("upstream"), comment)
            #expect(after["models"] == nil, comment)
            let limits = limitKeys.compactMap { after[$0] }.filter { $0 != .null }
            #expect(limits.isEmpty == limitKeys.isEmpty && limits.allSatisfy { $0 == .number("40") }, comment)
            let asksForUsage = before["stream"] == .bool(true) && endpoint.asksForUsage
            if asksForUsage { #expect(after["stream_options"]?["include_usage"] == .bool(true), comment) }
            if endpoint == .responses { #expect(after["store"] == .bool(false), comment) }
            if endpoint == .chatCompletions { #expect(after["store"] != .bool(true), comment) }
            for key in ["user", "prompt_cache_key"] {
                guard case .string(let name)? = before[key] else { continue }
                #expect(after[key] == .text("<\(String(decoding: name, as: UTF16.self))>"), comment)
            }
            let changed = ["model", "models", "store", "user", "prompt_cache_key"] + limitKeys + (asksForUsage ? ["stream_options"] : [])
            #expect(Self.rest(of: after, but: Set(changed)) == Self.rest(of: before, but: Set(changed)), comment)
        }
    }

    /// The members that the relay does not touch, in their order.
    private static func rest(of value: ReferenceJSON, but changed: Set<String>) -> [ReferenceJSON.Member]? {
        guard case .object(let members) = value else { return nil }
        var keys: [ReferenceJSON.Member] = []
        for member in members where !changed.contains(String(decoding: member.key, as: UTF16.self)) { keys.append(member) }
        return keys
    }

    private static func randomBody(for endpoint: Endpoint, _ random: inout RandomJSON) -> String {
        let members: [(String, [String])] = [
            (
                endpoint.inputField,
                endpoint == .responses ? [#"[{"role":"user","content":"store"}]"#, #""a""#] : [#"["a"]"#, #"["model", "b"]"#]
            ), ("model", [#""m""#, "null", #""auto""#]),
            ("models", [#"["a"]"#, #"[ "a", "b" ]"#]),
            ("max_tokens", endpoint.outputFields.map(\.key).contains("max_tokens") ? ["5", "null"] : ["null"]),
            ("max_completion_tokens", endpoint.outputFields.map(\.key).contains("max_completion_tokens") ? ["5", "null"] : ["null"]),
            ("max_output_tokens", endpoint.outputFields.map(\.key).contains("max_output_tokens") ? ["50", "null"] : ["null"]),
            ("store", ["true", "false", "null"]), ("user", [#""u""#, "null"]), ("prompt_cache_key", [#""k""#]),
            ("stream", ["true", "true", "false", "null"]),
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
