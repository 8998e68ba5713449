import NIOCore
import RelayDomain
import Testing

@testable import RelayWire

/// What the endpoints beside chat read, count and refuse.
@Suite struct EndpointRequestTests {
    private static func scan(_ body: String, for endpoint: Endpoint) throws(Refusal) -> RelayedRequest {
        try RelayedRequest(scanning: ByteBuffer(string: body), for: endpoint)
    }

    @Test("Paths name endpoints, and nothing else does")
    func paths() {
        for endpoint in Endpoint.allCases { #expect(Endpoint(path: endpoint.path) == endpoint) }
        #expect(Endpoint(path: "/v1/responses/input_tokens") == .inputTokens)
        for path in ["/v1/responses/", "/v1", "/v1/chat", "/v1/Responses", "/v1/responses/resp_1"] { #expect(Endpoint(path: path) == nil) }
    }

    @Test("A response has its own limit, of at least 16 tokens, and reports usage unasked")
    func responses() throws {
        let request = try Self.scan(#"{"model":"m","input":"hi","max_output_tokens":16,"max_tokens":null,"x":500}"#, for: .responses)
        #expect(request.askedOutputTokens == 16 && request.choices == 1 && request.wantsUsage && !request.isStream)
        let refusal = #expect(throws: Refusal.self) { try Self.scan(#"{"input":"hi","max_output_tokens":15}"#, for: .responses) }
        #expect(refusal?.code == .invalidRequest && refusal?.param == "max_output_tokens")
    }

    @Test(
        "A completion has answers for each of its prompts",
        arguments: [
            (#""a""#, 1), (#"["a"]"#, 1), (#"["a","b","c"]"#, 3), ("[1,2,3]", 1), ("[[1,2],[3]]", 2), (#""a","n":2"#, 2),
            (#"["a","b"],"n":2,"best_of":3"#, 6),
        ] as [(String, Int64)])
    func prompts(prompt: String, choices: Int64) throws {
        #expect(try Self.scan("{\"prompt\":\(prompt)}", for: .completions).choices == choices)
    }

    @Test(
        "The input must be there, and of a kind that the endpoint knows",
        arguments: [
            (.responses, "{}"), (.responses, #"{"input":null}"#), (.responses, #"{"input":[]}"#), (.responses, #"{"input":{}}"#),
            (.completions, "{}"), (.completions, #"{"prompt":5}"#), (.completions, #"{"prompt":[]}"#),
            (.completions, #"{"prompt":["a",1]}"#),
            (.completions, #"{"prompt":[{}]}"#), (.embeddings, #"{"input":[ ]}"#), (.embeddings, "{}"), (.moderations, #"{"input":7}"#),
        ] as [(Endpoint, String)])
    func inputs(endpoint: Endpoint, body: String) {
        let refusal = #expect(throws: Refusal.self) { try Self.scan(body, for: endpoint) }
        #expect(refusal?.code == .invalidRequest && refusal?.param == endpoint.inputField)
    }

    @Test(
        "What cannot be metered, or lives under the upstream's account, is refused by its name",
        arguments: [
            (.responses, #""previous_response_id":"resp_1""#, "previous_response_id"), (.responses, #""conversation":"c""#, "conversation"),
            (.responses, #""conversation":{"id":"c"}"#, "conversation"), (.responses, #""prompt":{"id":"p"}"#, "prompt"),
            (.responses, #""background":true"#, "background"), (.responses, #""service_tier":"priority""#, "service_tier"),
            (.responses, #""tools":[{"type":"function","name":"f"},{"type":"web_search"}]"#, "tools"),
            (.responses, #""tools":[{"type":"function","type":"mcp"}]"#, "tools"),
            (.responses, #""tools":[{"type":"image_generation"}]"#, "tools"),
            (.responses, #""tools":[{"type":"code_interpreter"}]"#, "tools"),
            (.chatCompletions, #""service_tier":"flex""#, "service_tier"), (.chatCompletions, #""audio":{"voice":"x"}"#, "audio"),
            (.chatCompletions, #""modalities":["text","audio"]"#, "modalities"),
            (.chatCompletions, #""web_search_options":{}"#, "web_search_options"),
            (.responses, #""max_tokens":5"#, "max_tokens"), (.responses, #""n":2"#, "n"),
            (.chatCompletions, #""max_output_tokens":5"#, "max_output_tokens"),
            (.completions, #""max_completion_tokens":5"#, "max_completion_tokens"),
            (.responses, #""prompt_cache_options":{"prewarm":true}"#, "prompt_cache_options"),
            (.responses, #""context_management":[{"type":"compaction"}]"#, "context_management"),
            (.chatCompletions, #""search_parameters":{}"#, "search_parameters"), (.chatCompletions, #""plugins":[]"#, "plugins"),
            (.chatCompletions, #""tools":[{"type":"file_search"}]"#, "tools"),
            (.completions, #""service_tier":"priority""#, "service_tier"),
        ] as [(Endpoint, String, String)])
    func unsupportedFields(endpoint: Endpoint, fields: String, param: String) {
        let input = endpoint == .completions ? #""prompt":"x""# : endpoint == .responses ? #""input":"x""# : #""messages":[1]"#
        let refusal = #expect(throws: Refusal.self) { try Self.scan("{\(input),\(fields)}", for: endpoint) }
        #expect(refusal?.code == .unsupportedParameter && refusal?.param == param && refusal?.status == 400, "\(refusal?.message ?? "")")
    }

    @Test(
        "Harmless values of the same fields pass",
        arguments: [
            (.responses, #""previous_response_id":null,"conversation":null,"prompt":null,"background":false,"service_tier":"auto""#),
            (.responses, #""service_tier":"default","store":true,"tools":[{"type":"function","name":"web_search"},{"type":"custom"}]"#),
            (.responses, #""tools":[{"type":"local_shell"},{"type":"apply_patch"}],"include":["reasoning.encrypted_content"]"#),
            (.chatCompletions, #""modalities":["text"],"audio":null,"web_search_options":null,"service_tier":null,"store":false"#),
            (.chatCompletions, #""tools":[{"type":"function","function":{"name":"file","parameters":{"properties":{"file_id":{}}}}}]"#),
        ] as [(Endpoint, String)])
    func harmless(endpoint: Endpoint, fields: String) throws {
        let input = endpoint == .responses ? #""input":"x""# : #""messages":[{"role":"user","content":"file_id"}]"#
        #expect(throws: Never.self) { try Self.scan("{\(input),\(fields)}", for: endpoint) }
    }

    @Test(
        "Content that cannot be metered, or is stored elsewhere, is refused wherever it stands",
        arguments: [
            #"{"role":"user","content":[{"type":"input_file","file_id":"f"}]}"#,
            #"{"role":"user","content":[{"type":"input_image","file_id":"f"}]}"#,
            #"{"role":"user","content":[{"type":"input_file","file_data":"data:"}]}"#,
            #"{"role":"user","content":[{"type":"input_file","file_url":"https://x"}]}"#,
            #"{"role":"user","content":[{"type":"input_audio","input_audio":{"data":""}}]}"#, #"{"type":"item_reference","id":"msg_1"}"#,
            #"{"id":"msg_1"}"#, #"{"id":"msg_1","type":null}"#,
            #"{"type":"function_call_output","call_id":"c","output":[{"type":"input_file","file_id":"f"}]}"#,
            #"{"type":"computer_call_output","call_id":"c","output":{"type":"computer_screenshot","file_id":"f"}}"#,
            #"{"role":"user","content":[{"typ\u0065":"input_fil\u0065","x":1}]}"#,
            // Tools that the upstream runs, within the input.
            #"{"type":"additional_tools","role":"developer","tools":[{"type":"web_search"}]}"#,
            #"{"type":"tool_search_output","call_id":"c","execution":"client","tools":[{"type":"mcp"}]}"#,
            // What is looked up by its id.
            #"{"id":"msg_abc","type":"message","type":null}"#, #"{"id":"msg_abc","status":null}"#, #"{"id":"msg_abc","role":null}"#,
            #"{"type":"image_generation_call","id":"ig_123"}"#, #"{"type":"reasoning","id":"rs_1","summary":[]}"#,
            #"{"type":"reasoning","id":"rs_1","encrypted_content":null}"#, #"{"type":"file_search_call","id":"fs_1","queries":[]}"#,
            #"{"type":"code_interpreter_call","id":"ci_1","container_id":"cntr_1"}"#,
            #"{"type":"shell_call","environment":{"type":"x","container_reference":"c"}}"#, #"["x"]"#,
            #"{"role":"user","content":[{"type":"input_text","text":"a","x":{"image_url":"data:"}}]}"#,
        ])
    func unsupportedItems(item: String) {
        let body = #"{"input":[{"role":"user","content":"hi"},\#(item)]}"#
        let refusal = #expect(throws: Refusal.self) { try Self.scan(body, for: .responses) }
        #expect(refusal?.code == .unsupportedParameter && refusal?.param == "input", "\(refusal?.message ?? "")")
    }

    @Test(
        "So it is in a chat's messages",
        arguments: [
            #"{"type":"file","file":{"file_id":"f"}}"#, #"{"type":"file","file":{"file_data":"data:"}}"#,
            #"{"type":"input_audio","input_audio":{"data":"","format":"wav"}}"#, #"{"type":"text","text":"x","file":{}}"#,
        ])
    func unsupportedParts(part: String) {
        let refusal = #expect(throws: Refusal.self) {
            try Self.scan(#"{"messages":[{"role":"user","content":[\#(part)]}]}"#, for: .chatCompletions)
        }
        #expect(refusal?.code == .unsupportedParameter && refusal?.param == "messages")
    }

    @Test("Items with text, images, calls, results and thoughts pass")
    func items() throws {
        let items = [
            #"{"role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_image","image_url":"https://x","detail":"low"}]}"#,
            #"{"type":"function_call","call_id":"c","name":"f","arguments":"{\"file_id\":1}"}"#,
            #"{"type":"function_call_output","call_id":"c","output":"done","id":"fco_1"}"#,
            #"{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAA"}"#,
            #"{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"b"}]}"#,
        ]
        let request = try Self.scan("{\"input\":[\(items.joined(separator: ","))]}", for: .responses)
        // The image of unknown size is the most of it.
        #expect((10_000...10_500).contains(request.inputTokenBound), "\(request.inputTokenBound)")
    }

    @Test("A body that nests as deep as it can is walked once: three million bytes of it are no work", arguments: [8, 30, 100])
    func nesting(depth: Int) {
        let inside = String(repeating: "1,", count: 1_500_000) + "1"
        let deep = String(repeating: "[", count: depth) + inside + String(repeating: "]", count: depth)
        let start = ContinuousClock.now
        let result = Result { try Self.scan("{\"input\":[{\"role\":\"user\",\"content\":[\(deep)]}]}", for: .responses) }
        print("nesting \(depth): \(ContinuousClock.now - start)")
        if case .failure(let error) = result {
            #expect((error as? Refusal)?.code == .unsupportedParameter)
        }
        #expect((depth > 28) == ((try? result.get()) == nil))
    }

    @Test(
        "A field in capital letters is refused: some upstreams would obey it",
        arguments: ["Max_Output_Tokens", "STORE", "Previous_Response_I\\u0044"])
    func capitals(key: String) {
        let refusal = #expect(throws: Refusal.self) { try Self.scan("{\"input\":\"x\",\"\(key)\":1}", for: .responses) }
        #expect(refusal?.code == .invalidRequest && refusal?.param == key.replacing("\\u0044", with: "d").lowercased())
        #expect(throws: Never.self) { try Self.scan("{\"input\":\"x\",\"Temperature\":1,\"metadata\":{\"Store\":1}}", for: .responses) }
    }

    @Test("Where a request asks for too many answers, the field that asks for them is named")
    func choicesField() throws {
        #expect(try Self.scan(#"{"prompt":["a","b"]}"#, for: .completions).choicesField == "prompt")
        #expect(try Self.scan(#"{"prompt":["a","b"],"n":2}"#, for: .completions).choicesField == "n")
        #expect(try Self.scan(#"{"prompt":"a","n":2,"best_of":4}"#, for: .completions).choicesField == "best_of")
    }

    // MARK: Counts

    /// The count with a token for each byte.
    private static func count(_ body: String, for endpoint: Endpoint) -> Int64 {
        Array(body.utf8).withUnsafeBytes { RelayedRequest.inputTokens(of: $0, for: endpoint) { Int64($0.count) } }
    }

    @Test("Inputs count by their texts, and tokens that are given as numbers each as one")
    func counts() {
        #expect(Self.count(#"{"model":"mmmm","input":"abcd"}"#, for: .embeddings) == 2 + 4)
        #expect(Self.count(#"{"input":["ab","c\u00e9"]}"#, for: .embeddings) == 2 + 2 + 2 + 3)
        #expect(Self.count(#"{"input":[[1,22,333],[4]]}"#, for: .embeddings) == 4)
        #expect(Self.count(#"{"prompt":[10,11],"suffix":"xyz","max_tokens":5}"#, for: .completions) == 2 + 3 + 3)
        #expect(Self.count(#"{"input":"abcd"}"#, for: .responses) == 24 + 3 + 4)
        #expect(Self.count(#"{"input":[{"role":"user","content":"abcd"}],"instructions":"xy"}"#, for: .responses) == 24 + 3 + 4 + 4 + 3 + 2)
    }

    @Test("An embedding's input is bounded by its bytes, a free request's is nothing")
    func bounds() throws {
        #expect(try Self.scan(#"{"model":"m","input":"abcd"}"#, for: .embeddings).inputTokenBound == 6)
        #expect(try Self.scan(#"{"model":"m","input":"abcd"}"#, for: .moderations).inputTokenBound == 0)
        let body = #"{"model":"m","input":"abcd"}"#
        #expect(try Self.scan(body, for: .responses).inputTokenBound == Int64(body.utf8.count) + 144)
    }
}
