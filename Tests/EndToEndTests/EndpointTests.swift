import Foundation
import NIOHTTP1
import RelayDomain
import RelayTestKit
import RelayTokenizer
import Testing

extension EndToEnd {
    /// The endpoints beside chat completions.
    @Suite("Endpoints")
    struct EndpointTests {
        private static let figures = "prompt=10; cached=4; completion=5"
        private static let price = Credits(thousandths: 11_400)

        @Test(
            "each endpoint is relayed to its own path, plain and streamed, and charged by what was reported",
            arguments: [
                Call(endpoint: .chat, directives: figures), Call(endpoint: .chat, directives: figures, isStream: true),
                Call(endpoint: .responses, directives: figures), Call(endpoint: .responses, directives: figures, isStream: true),
                Call(endpoint: .completions, directives: figures), Call(endpoint: .completions, directives: figures, isStream: true),
                Call(endpoint: .embeddings, directives: figures),
            ])
        func charged(call: Call) async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let answer = try await relay.call(call, customer)
            #expect(answer.status == 200, "\(answer.text)")
            // An embedding has no output, and its upstream reports nothing of a cache.
            let price = call.endpoint == .embeddings ? Credits(10) : Self.price
            #expect(answer.charged == price, "\(answer.text)")
            #expect(answer.remaining == customer.recharged - price)
            let receipt = try await relay.endedReceipt(try #require(answer.requestID))
            #expect(receipt["endpoint"].string == call.path && receipt["stream"].bool == call.isStream)
            #expect(receipt["usage"]["source"].string == "reported" && receipt["credits"]["charged"].credits == price)
            #expect(receipt["attempts"][0]["outcome"].string == "answered")
            #expect((answer.header("x-nexrelay-max-output-tokens") == nil))
            try await relay.expectBalanced(customer)
        }

        @Test("without a limit of its own a request gets one, in its endpoint's field")
        func limits() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let fields = [Call.Endpoint.responses: "max_output_tokens", .completions: "max_tokens", .chat: "max_completion_tokens"]
            for (endpoint, field) in fields {
                let marker = UUID().uuidString
                let answer = try await relay.call(Call(endpoint: endpoint, limit: nil, text: marker), customer)
                #expect(answer.header("x-nexrelay-max-output-tokens") == "1000")
                #expect(try await sent(marker)[field].int == 1_000)
            }
            let marker = UUID().uuidString
            let embedding = try await relay.call(Call(endpoint: .embeddings, text: marker), customer)
            #expect(embedding.header("x-nexrelay-max-output-tokens") == nil)
            #expect(try await sent(marker).keys == ["model", "input"])
        }

        /// The body that the upstream got, of the request that has this text.
        private func sent(_ marker: String) async throws -> JSON {
            let bodies = try await EndToEnd.simulator.requests().compactMap { $0["body"].string }
            return try JSON(try #require(bodies.last { $0.contains(marker) }))
        }

        // MARK: Streams of responses

        @Test(
            "a response's stream is its events as they came, with the relay's comment before the last; the model is the one that was asked for"
        )
        func events() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let answer = try await relay.call(
                Call(endpoint: .responses, directives: "\(Self.figures); chunks=5", model: "alias", isStream: true), customer)
            let events = try answer.events.map { try JSON($0) }
            #expect(events.first?["type"].string == "response.created" && events.last?["type"].string == "response.completed")
            #expect(events.compactMap { $0["sequence_number"].int } == Array(0..<Int64(events.count)))
            #expect(events.count { $0["type"].string == "response.output_text.delta" } == 5)
            #expect(events.compactMap { $0["response"]["model"].string } == ["alias", "alias", "alias"])
            #expect(!answer.text.contains("[DONE]") && !answer.text.contains("gpt-5.2-real-name"))
            let comment = try #require(answer.text.range(of: ": nexrelay "))
            let last = try #require(answer.text.range(of: "event: response.completed"))
            #expect(comment.lowerBound < last.lowerBound)
            #expect(answer.closing?["request_id"].string == answer.requestID && answer.charged == Self.price)
        }

        @Test("new-api 7241: an incomplete response is billed nothing. Here it is billed as reported", arguments: [false, true])
        func incomplete(isStream: Bool) async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let answer = try await relay.call(
                Call(endpoint: .responses, directives: "prompt=10; cached=0; chunks=400", isStream: isStream, limit: 20), customer)
            let response = isStream ? try JSON(try #require(answer.events.last))["response"] : answer.json
            #expect(response["status"].string == "incomplete", "\(answer.text)")
            #expect(response["usage"]["output_tokens"].int == 20)
            #expect(answer.charged == Credits(30))
            try await relay.expectBalanced(customer)
        }

        @Test(
            "a response's stream that breaks ends in response.failed, and what was delivered is charged by its tokens",
            arguments: [
                ("chunks=8; cut=3", "gpt-5.2", "upstream_error"), ("chunks=8; cut=body", "gpt-5.2", "upstream_error"),
                ("chunks=8; error-after=3", "gpt-5.2", "upstream_error"), ("chunks=8; failed-after=3", "gpt-5.2", "upstream_error"),
                ("chunks=8; no-done", "gpt-5.2", "upstream_error"), ("chunks=8; hang=3", "impatient", "upstream_timeout"),
            ])
        func broken(directives: String, model: String, code: String) async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let answer = try await relay.call(Call(endpoint: .responses, directives: directives, model: model, isStream: true), customer)
            #expect(answer.status == 200 && answer.isWhole)
            let events = try answer.events.map { try JSON($0) }
            let last = try #require(events.last)
            #expect(last["type"].string == "response.failed", "\(answer.text)")
            #expect(last["response"]["error"]["code"].string == code && last["response"]["status"].string == "failed")
            #expect(last["sequence_number"].int == Int64(events.count - 1))
            #expect(!answer.text.contains("response.completed") && !answer.text.contains("[DONE]"))
            let receipt = try await relay.endedReceipt(try #require(answer.requestID))
            #expect(receipt["usage"]["source"].string == "estimated")
            let deltas = events.compactMap { $0["delta"].string }.joined()
            #expect(receipt["usage"]["output"].int == Int64(try Vocabulary.tokenizer().count(deltas)))
            try await relay.expectBalanced(customer)
        }

        @Test(
            "before any content a fault of any endpoint leads to the next attempt, or to an error, and costs nothing",
            arguments: [
                Call(endpoint: .responses, directives: "error-after=0", isStream: true),
                Call(endpoint: .responses, directives: "failed-after=0", isStream: true),
                Call(endpoint: .responses, directives: "empty-stream", isStream: true),
                Call(endpoint: .responses, directives: "cut=head", isStream: true), Call(endpoint: .responses, directives: "garbage"),
                Call(endpoint: .responses, directives: "cut=body"), Call(endpoint: .responses, directives: "status=500"),
                Call(endpoint: .completions, directives: "error-after=0", isStream: true),
                Call(endpoint: .completions, directives: "garbage"), Call(endpoint: .embeddings, directives: "garbage"),
                Call(endpoint: .embeddings, directives: "status=503"), Call(endpoint: .embeddings, directives: "cut=body"),
                Call(endpoint: .embeddings, directives: "empty"), Call(endpoint: .moderations, directives: "garbage"),
            ])
        func faults(call: Call) async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let answer = try await relay.call(call, customer)
            #expect(answer.status == 502 && answer.errorCode == "upstream_error", "\(answer.text)")
            let receipt = try await relay.endedReceipt(try #require(answer.requestID))
            #expect(receipt["state"].string == "voided" && receipt["credits"]["charged"].credits == .zero)
            var second = call
            second.directives = ""
            second.model = "second-after-500"
            let saved = try await relay.call(second, customer)
            #expect(saved.status == 200 && saved.header("x-nexrelay-attempts") == "2", "\(saved.text)")
            try await relay.expectBalanced(customer)
        }

        @Test("a client that leaves a response's stream is drained, and billed as reported")
        func drained() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let call = Call(endpoint: .responses, directives: "\(Self.figures); chunks=8; chunk-delay=60", isStream: true)
            let port = relay.configuration.publicPort
            try await blocking {
                let socket = try RawSocket(port: port)
                try socket.send(RawRequest.chat(call.body, key: customer.secret, target: call.path))
                var text = ""
                while !text.contains("output_text.delta") { text += String(decoding: try socket.receive(), as: UTF8.self) }
                socket.reset()
            }
            #expect(try await relay.idleWallet(customer.account)["credits"].credits == customer.recharged - Self.price)
        }

        @Test(
            "a repeat with an idempotency key gets a response's stream again, byte for byte but for the relay's comment; another endpoint is 422"
        )
        func replayed() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let call = Call(endpoint: .responses, directives: Self.figures, isStream: true)
            let headers: HTTPHeaders = ["idempotency-key": UUID().uuidString]
            let first = try await relay.call(call, customer, headers: headers)
            _ = try await relay.endedReceipt(try #require(first.requestID))
            let second = try await relay.call(call, customer, headers: headers)
            #expect(second.header("x-nexrelay-replayed") == "true" && second.charged == .zero)
            #expect(second.events == first.events)
            let other = try await relay.post(call.body, customer, to: "/v1/responses/input_tokens", headers: headers)
            #expect(other.status == 422 && other.errorCode == "idempotency_key_reused")
            try await relay.expectBalanced(customer)
        }

        @Test(
            "what some upstreams do to usage and to lines changes nothing of a response's charge",
            arguments: [
                "usage=every", "usage=twice", "usage=finish", "usage=floats", "usage=strings", "usage=bare", "usage=null-details", "crlf",
                "cr",
                "nospace", "comments", "multiline", "bom", "tiny", "set-cookie", "no-length", "chunk-bytes=1048576; chunks=2; ignore-limit",
            ], [false, true])
        func oddities(directives: String, isStream: Bool) async throws {
            // A byte order mark belongs to event streams; JSON with one is none.
            guard isStream || directives != "bom" else { return }
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let answer = try await relay.call(
                Call(endpoint: .responses, directives: "\(Self.figures); \(directives)", isStream: isStream), customer)
            #expect(answer.status == 200, "\(answer.text.prefix(500))")
            let hasCache = directives != "usage=bare" && directives != "usage=null-details"
            #expect(answer.charged == (hasCache ? Self.price : Credits(15)))
            #expect(answer.header("set-cookie") == nil && answer.header("openai-organization") == nil)
            try await relay.expectBalanced(customer)
        }

        @Test("an upstream that refuses stream_options is not sent any, unless the client sent them")
        func streamOptions() async throws {
            let simulator = try EndToEnd.simulator
            try await RelayProcess.serving([
                .init(name: "old", baseURL: simulator.baseURL, models: "[gpt-5.2]", takesStreamOptions: false)
            ]) { relay in
                let customer = try await relay.customer()
                let marker = UUID().uuidString
                let answer = try await relay.call(Call(endpoint: .chat, isStream: true, text: marker), customer)
                #expect(answer.isDone && answer.charged ?? .zero > .zero)
                #expect(try await !sent(marker).keys.contains("stream_options"))
                let receipt = try await relay.endedReceipt(try #require(answer.requestID))
                #expect(receipt["usage"]["source"].string == "estimated")
                let own = UUID().uuidString
                let more: [String: JSON] = ["stream_options": ["include_usage": true]]
                let asked = try await relay.call(Call(endpoint: .chat, isStream: true, text: own, more: more), customer)
                #expect(asked.isDone)
                #expect(try await sent(own)["stream_options"]["include_usage"].bool == true)
                try await relay.expectBalanced(customer)
            }
        }

        @Test("the first and the last events of a response may be as long as its instructions; what is too long is not kept for a repeat")
        func longInstructions() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            for bytes in [40_000, 700_000] {
                let instructions = JSON.string(String(repeating: "word ", count: bytes / 5))
                let call = Call(
                    endpoint: .responses, directives: Self.figures, model: "alias", isStream: true, more: ["instructions": instructions])
                let headers: HTTPHeaders = ["idempotency-key": UUID().uuidString]
                let answer = try await relay.call(call, customer, headers: headers)
                #expect(answer.status == 200 && answer.charged == Self.price, "\(answer.text.prefix(300))")
                #expect(!answer.text.contains("gpt-5.2-real-name") && answer.text.utf8.count > bytes * 3)
                _ = try await relay.endedReceipt(try #require(answer.requestID))
                let repeated = try await relay.call(call, customer, headers: headers)
                if bytes < 100_000 {
                    #expect(repeated.header("x-nexrelay-replayed") == "true" && repeated.events == answer.events)
                } else {
                    #expect(repeated.status == 409 && repeated.errorCode == "response_not_stored")
                }
            }
            try await relay.expectBalanced(customer)
        }

        @Test("counts that are free end at what no model takes, and hold up nobody who pays")
        func longCounts() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer(plan: "large")
            let long = Call(endpoint: .inputTokens, text: String(repeating: "a b ", count: 5_000_000))
            async let counted = relay.call(long, customer)
            for _ in 0..<20 {
                #expect(try await relay.call(Call(endpoint: .chat, text: String(repeating: "a b ", count: 2_000)), customer).status == 200)
            }
            let refused = try await counted
            #expect(refused.status == 400 && refused.errorCode == "context_length_exceeded", "\(refused.text)")
            try await relay.expectBalanced(customer)
        }

        // MARK: Completions

        @Test("a completion's prompts and choices share what the wallet can pay, and the limit is each one's")
        func prompts() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer(credits: Credits(130))
            let body = #"{"model":"gpt-5.2","prompt":["one two","three four"],"n":3,"max_tokens":500}"#
            let answer = try await relay.post(body, customer, to: "/v1/completions")
            #expect(answer.status == 200 && answer.json["choices"].items.count == 6, "\(answer.text)")
            let limit = try #require(answer.header("x-nexrelay-max-output-tokens").flatMap { Int64($0) })
            #expect(limit * 6 <= 130 && limit > 10)
            try await relay.expectBalanced(customer)
            let tokens = try await relay.post(
                #"{"model":"gpt-5.2","prompt":[[1,2,3],[4]],"max_tokens":2}"#, try await relay.customer(), to: "/v1/completions")
            #expect(tokens.status == 200 && tokens.json["usage"]["prompt_tokens"].int == 4, "\(tokens.text)")
        }

        // MARK: Embeddings

        @Test("embeddings pass in every form, and are admitted on their input alone")
        func embeddings() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            for input in [#""a text""#, #"["a","b c"]"#, "[1,2,3]", "[[1,2],[3]]"] {
                for format in ["float", "base64"] {
                    let body = "{\"model\":\"alias\",\"input\":\(input),\"encoding_format\":\"\(format)\",\"user\":\"me\"}"
                    let answer = try await relay.post(body, customer, to: "/v1/embeddings")
                    #expect(answer.status == 200 && answer.json["model"].string == "alias", "\(answer.text)")
                    let embedding = answer.json["data"][0]["embedding"]
                    #expect(format == "float" ? !embedding.items.isEmpty : embedding.string != nil)
                    let tokens = try #require(answer.json["usage"]["prompt_tokens"].int)
                    #expect(answer.charged == Credits(tokens))
                }
            }
            // What is left after the last output token is enough for an input, and no more.
            let poor = try await relay.customer(credits: Credits(6))
            let answer = try await relay.post(#"{"model":"gpt-5.2","input":"abcd"}"#, poor, to: "/v1/embeddings")
            #expect(answer.status == 200, "\(answer.text)")
            let refused = try await relay.post(#"{"model":"gpt-5.2","input":"abcdefghijk"}"#, poor, to: "/v1/embeddings")
            #expect(refused.status == 402 && refused.errorCode == "insufficient_balance")
            try await relay.expectBalanced(poor)
        }

        @Test("an endpoint that no default route serves wants a model's name", arguments: [Call.Endpoint.embeddings, .moderations])
        func namedModels(endpoint: Call.Endpoint) async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer(keyPolicy: ["fallback": true])
            for model in [nil, "auto"] {
                let answer = try await relay.call(Call(endpoint: endpoint, model: model), customer)
                #expect(answer.status == 400 && answer.json["error"]["param"].string == "model", "\(answer.text)")
            }
            // Nor does a key's fallback put a chat model in its place.
            let absent = try await relay.call(Call(endpoint: endpoint, model: "absent"), customer)
            #expect(absent.status == 503, "\(absent.text)")
        }

        // MARK: What is free

        @Test("moderations cost nothing, are counted by the rate, and are listed for nobody's review")
        func moderations() async throws {
            let simulator = try EndToEnd.simulator
            try await RelayProcess.serving(
                [.init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2, alias]")],
                configure: { $0.moreSections += "\nrouting: { moderation_model: alias }" }
            ) { relay in
                let customer = try await relay.customer(keyPolicy: ["rpm": 3])
                for model in [nil, "gpt-5.2"] {
                    let answer = try await relay.call(Call(endpoint: .moderations, model: model), customer)
                    #expect(answer.status == 200 && !answer.json["results"].items.isEmpty, "\(answer.text)")
                    #expect(answer.charged == .zero)
                    let receipt = try await relay.endedReceipt(try #require(answer.requestID))
                    #expect(receipt["state"].string == "settled" && receipt["usage"]["source"].string == "none")
                    #expect(receipt["credits"]["held"].credits == .zero)
                    #expect(receipt["model"].string == model ?? "alias" && receipt["requested_model"].string == model)
                }
                #expect(try await relay.call(Call(endpoint: .moderations), customer).status == 200)
                #expect(try await relay.call(Call(endpoint: .moderations), customer).status == 429)
                #expect(try JSON(try await relay.command("review", "list", "--json").output)["data"].items.isEmpty)
                try await relay.expectBalanced(customer)
                try await relay.expectReconciled()
            }
        }

        @Test("the tokens of an input are counted here, for free, without any upstream")
        func inputTokens() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let text = "Zwölf Boxkämpfer jagen Viktor 你好世界 🎉"
            let calls = try await EndToEnd.simulator.counts()
            let answer = try await relay.call(Call(endpoint: .inputTokens, model: "absent", text: text), customer)
            #expect(answer.status == 200 && answer.json["object"].string == "response.input_tokens", "\(answer.text)")
            let tokens = Int64(try Vocabulary.tokenizer().count(text))
            #expect(try #require(answer.json["input_tokens"].int) - tokens <= 27)
            #expect(answer.charged == .zero && answer.header("x-nexrelay-attempts") == "0")
            let receipt = try await relay.endedReceipt(try #require(answer.requestID))
            #expect(receipt["state"].string == "settled" && receipt["attempts"].items.isEmpty)
            #expect(try await EndToEnd.simulator.counts()["answered"] == calls["answered"])
            let stranger = try await HTTP.send(.POST, relay.url + "/v1/responses/input_tokens", body: Call(endpoint: .inputTokens).body)
            #expect(stranger.status == 401)
            try await relay.expectBalanced(customer)
        }

        // MARK: Shared credentials, separate customers

        @Test(
            "LiteLLM 15757, 39548: another customer's stored objects are readable through the shared key. Here what names one is refused",
            arguments: [
                (Call.Endpoint.responses, "previous_response_id", JSON.string("resp_1")), (.responses, "conversation", "conv_1"),
                (.responses, "prompt", ["id": "pmpt_1"]), (.responses, "background", true), (.responses, "service_tier", "priority"),
                (.responses, "tools", [["type": "web_search"]]),
                (.responses, "tools", [["type": "file_search", "vector_store_ids": ["vs_1"]]]),
                (.chat, "modalities", ["text", "audio"]), (.chat, "web_search_options", [:]), (.chat, "service_tier", "flex"),
            ] as [(Call.Endpoint, String, JSON)])
        func refusedFields(endpoint: Call.Endpoint, field: String, value: JSON) async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let marker = UUID().uuidString
            let answer = try await relay.call(Call(endpoint: endpoint, text: marker, more: [field: value]), customer)
            #expect(answer.status == 400 && answer.errorCode == "unsupported_parameter", "\(answer.text)")
            #expect(answer.json["error"]["param"].string == field)
            #expect(try await !EndToEnd.simulator.requests().contains { $0["body"].string?.contains(marker) ?? false })
            #expect(try await relay.receipts(customer.account).isEmpty)
        }

        @Test("nothing is stored, and identifiers are each account's own")
        func pseudonyms() async throws {
            let relay = try EndToEnd.relay
            let (one, other) = (try await relay.customer(), try await relay.customer())
            let identifiers: [String: JSON] = ["user": "ann@example.org", "prompt_cache_key": "k", "safety_identifier": "s", "store": true]
            func bodies(_ customer: Customer) async throws -> [JSON] {
                var bodies: [JSON] = []
                for endpoint in [Call.Endpoint.chat, .responses] {
                    let marker = UUID().uuidString
                    #expect(try await relay.call(Call(endpoint: endpoint, text: marker, more: identifiers), customer).status == 200)
                    bodies.append(try await sent(marker))
                }
                return bodies
            }
            let (first, again, others) = (try await bodies(one), try await bodies(one), try await bodies(other))
            for (index, body) in first.enumerated() {
                #expect(body["store"].bool == false)
                for field in ["user", "prompt_cache_key", "safety_identifier"] {
                    let value = try #require(body[field].string)
                    #expect(value.count <= 64 && value != identifiers[field]?.string)
                    #expect(again[index][field].string == value && others[index][field].string != value)
                }
            }
        }
    }
}
