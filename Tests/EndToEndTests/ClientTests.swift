import RelayDomain
import Testing

extension EndToEnd {
    /// Programs that customers use, each in the version that is pinned. Every call of theirs is one receipt.
    @Suite("Clients")
    struct ClientTests {
        private static let question = "What is a relay?"

        /// - Parameter parts: the endpoints that the client uses.
        private func run(
            _ script: String, _ customer: Customer, in environment: Location.PythonEnvironment = .present, parts: [String]
        ) async throws -> JSON {
            let relay = try EndToEnd.relay
            return try await ClientScript.run(
                script, [relay.url + "/v1", customer.secret, "gpt-5.2"] + parts, in: environment,
                folder: relay.folderPath)
        }

        /// Each call was one request: settled, by the usage that the client was told, and charged for it.
        private func expectReceipts(_ result: JSON, _ customer: Customer, sourceLocation: SourceLocation = #_sourceLocation) async throws {
            let relay = try EndToEnd.relay
            let receipts = try await relay.receipts(customer.account).reversed() as [JSON]
            let calls = result["calls"].items
            #expect(!calls.isEmpty && calls.count == receipts.count, sourceLocation: sourceLocation)
            for (call, receipt) in zip(calls, receipts) {
                let name = call["name"].string ?? ""
                #expect(receipt["state"].string == "settled", "\(name): \(receipt.text)", sourceLocation: sourceLocation)
                #expect(receipt["client_disconnected"].bool == false, "\(name)", sourceLocation: sourceLocation)
                if let id = call["request_id"].string { #expect(receipt["id"].string == id, "\(name)", sourceLocation: sourceLocation) }
                guard !call["usage"].isNull else { continue }
                let (told, metered) = (call["usage"], receipt["usage"])
                let input = (metered["input"].int ?? -1) + (metered["cached_read"].int ?? -1)
                #expect(told["input"].int == input, "\(name)", sourceLocation: sourceLocation)
                #expect(told["cached_read"] == metered["cached_read"], "\(name)", sourceLocation: sourceLocation)
                #expect(told["output"] == metered["output"], "\(name)", sourceLocation: sourceLocation)
                let cost = try Pricing.cost(of: receipt)
                #expect(receipt["credits"]["charged"].credits == cost, "\(name)", sourceLocation: sourceLocation)
            }
            try await relay.expectBalanced(customer, sourceLocation: sourceLocation)
        }

        /// The calls whose name begins like this; at least one.
        private func calls(_ result: JSON, _ prefix: String) throws -> [JSON] {
            let found = result["calls"].items.filter { $0["name"].string?.hasPrefix(prefix) == true }
            try #require(!found.isEmpty)
            return found
        }

        @Test(
            "the official client's every way to call is served and billed, in its present and in its first major version",
            arguments: [Location.PythonEnvironment.present, .old])
        func official(environment: Location.PythonEnvironment) async throws {
            let customer = try await EndToEnd.relay.customer()
            let result = try await run(
                "features.py", customer, in: environment, parts: ["chat", "responses", "completions", "embeddings", "moderations"])
            #expect(result["version"].string?.hasPrefix(environment == .old ? "1." : "3.") == true)
            for call in result["calls"].items {
                if let text = call["text"].string { #expect(text.contains("You said:"), "\(call.text)") }
                if !call["parsed"].isNull { #expect(call["parsed"] == ["city": "Lisbon", "people": 545_796]) }
                if !call["tool"].isNull { #expect(call["tool"] == "get_weather" && call["arguments"]["city"] == "Lisbon") }
            }
            for call in try calls(result, "chat_tool") where !call["tool"].isNull { #expect(call["finish_reason"] == "tool_calls") }
            try await expectReceipts(result, customer)
        }

        @Test("the official client's count of input tokens is a request that costs nothing")
        func counting() async throws {
            let customer = try await EndToEnd.relay.customer()
            let call = try await run("features.py", customer, parts: ["counting"])["calls"][0]
            #expect(call["object"] == "response.input_tokens")
            #expect(call["input_tokens"].int ?? 0 > 0)
            let receipt = try await EndToEnd.relay.endedReceipt(try #require(call["request_id"].string))
            #expect(receipt["credits"]["charged"].credits == .zero)
            try await EndToEnd.relay.expectBalanced(customer)
        }

        @Test("LiteLLM is served and billed")
        func liteLLM() async throws {
            let customer = try await EndToEnd.relay.customer()
            let result = try await run("with_litellm.py", customer, parts: ["chat", "responses", "embeddings"])
            #expect(try calls(result, "plain")[0]["text"].string?.contains(Self.question) == true)
            #expect(try calls(result, "streamed")[0]["text"].string?.contains(Self.question) == true)
            #expect(result["refusals"] == ["wrong_key": "AuthenticationError", "no_model": "NotFoundError"])
            try await expectReceipts(result, customer)
        }

        @Test("LangChain is served and billed")
        func langChain() async throws {
            let customer = try await EndToEnd.relay.customer()
            let result = try await run("with_langchain.py", customer, parts: ["chat", "responses", "embeddings"])
            #expect(try calls(result, "streamed")[0]["text"].string?.contains(Self.question) == true)
            #expect(try calls(result, "structured")[0]["parsed"] == ["city": "Lisbon", "people": 545_796])
            #expect(result["refusals"] == ["wrong_key": "invalid_api_key", "no_model": "model_not_found"])
            try await expectReceipts(result, customer)
        }

        @Test("Pydantic AI is served and billed")
        func pydanticAI() async throws {
            let customer = try await EndToEnd.relay.customer()
            let result = try await run("with_pydantic_ai.py", customer, parts: ["chat", "responses"])
            #expect(try calls(result, "streamed")[0]["text"].string?.contains(Self.question) == true)
            #expect(try calls(result, "structured")[0]["parsed"] == ["city": "Lisbon", "people": 545_796])
            #expect(result["refusals"] == ["wrong_key": 401, "no_model": 404])
            try await expectReceipts(result, customer)
        }
    }
}
