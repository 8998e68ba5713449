import RelayDomain
import Testing

extension EndToEnd {
    /// The official Python client, pointed at the relay.
    @Suite("The official client")
    struct OfficialClientTests {
        private func run(_ script: String, _ arguments: String...) async throws -> JSON {
            let relay = try EndToEnd.relay
            let result = try await ChildProcess.run(
                try Location.python(), [Location.client(script), relay.url + "/v1"] + arguments, folder: relay.folderPath)
            guard result.exit == .code(0) else { throw TestFailure("\(script) ended with \(result.exit): \(result.errors)") }
            return try JSON(result.output)
        }

        /// Credits at $1, $1 and $0.10 per 1,000,000 tokens, rounded up to a thousandth.
        private func price(_ usage: JSON) throws -> Credits {
            let prompt = try #require(usage["prompt_tokens"].int)
            let cached = try #require(usage["prompt_tokens_details"]["cached_tokens"].int)
            let completion = try #require(usage["completion_tokens"].int)
            return Credits(thousandths: (prompt - cached + completion) * 1_000 + cached * 100)
        }

        @Test("plain and streamed answers arrive, and reported usage, receipt and wallet agree to the thousandth of a credit")
        func answers() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let result = try await run("chat.py", customer.secret, "gpt-5.2")

            let plain = result["plain"]
            #expect(plain["content"].string?.contains("What is a relay? Größe: 5 µm 🙂") == true)
            #expect(plain["finish_reason"].string == "stop")
            #expect(plain["usage"]["prompt_tokens_details"]["cached_tokens"].int ?? 0 > 0)
            let receipt = try await relay.receipt(try #require(plain["request_id"].string))
            #expect(receipt["credits"]["charged"].credits == (try price(plain["usage"])))
            #expect(plain["charged"].string.flatMap(Credits.init(text:)) == receipt["credits"]["charged"].credits)
            #expect(receipt["usage"]["source"].string == "reported")
            #expect(receipt["usage"]["reasoning"].int == 2)

            let streamed = result["streamed"]
            #expect(streamed["content"] == plain["content"])
            #expect(streamed["chunks_without_choices"].int == 0)
            #expect(streamed["usages"].items.isEmpty)

            let withUsage = result["streamed_with_usage"]
            #expect(withUsage["content"] == plain["content"])
            #expect(withUsage["chunks_without_choices"].int == 1)
            #expect(withUsage["usages"].items.count == 1)

            let price = try price(withUsage["usages"][0])
            for answer in [streamed, withUsage] {
                let receipt = try await relay.receipt(try #require(answer["request_id"].string))
                #expect(receipt["credits"]["charged"].credits == price)
                #expect(receipt["state"].string == "settled")
                #expect(receipt["stream"].bool == true)
                #expect(receipt["client_disconnected"].bool == false)
            }
            let wallet = try await relay.wallet(customer.account)
            #expect(wallet["credits"].credits == customer.recharged - price - price - (try self.price(plain["usage"])))
            try await relay.expectBalanced(customer)
        }

        @Test("an aliased model is shown under the name that the customer used, and the upstream gets its own")
        func alias() async throws {
            let relay = try EndToEnd.relay
            let simulator = try EndToEnd.simulator
            let customer = try await relay.customer()
            try await simulator.reset()
            let result = try await run("chat.py", customer.secret, "alias")
            #expect(result["plain"]["model"].string == "alias")
            #expect(result["streamed"]["models"] == ["alias"])
            #expect(result["streamed_with_usage"]["models"] == ["alias"])
            #expect(result["model"].string == "alias")
            let sent = try await simulator.requests().compactMap { $0["body"].string }.filter { !$0.isEmpty }.map { try JSON($0)["model"] }
            #expect(sent == ["gpt-5.2-real-name", "gpt-5.2-real-name", "gpt-5.2-real-name"])
        }

        @Test("the list of models has those that a key may use, those of the plan's route first")
        func models() async throws {
            let relay = try EndToEnd.relay
            let all = try await relay.customer()
            let models = try await run("chat.py", all.secret, "gpt-5.2")["models"].items.compactMap(\.string)
            #expect(models.first == "gpt-5.2")
            #expect(Set(models).isSuperset(of: ["alias", "odd-prices", "absent"]))
            let one = try await relay.customer(keyPolicy: ["models": ["gpt-5.2"]])
            #expect(try await run("chat.py", one.secret, "gpt-5.2")["models"] == ["gpt-5.2"])
            #expect(try await relay.get("/v1/models/alias", one).status == 404)
            let refused = try await relay.chat(Chat(model: "alias"), one)
            #expect(refused.status == 403)
            #expect(refused.errorCode == "model_not_allowed")
        }

        @Test("each refusal becomes the client's own exception, and one for want of money is not retried")
        func refusals() async throws {
            let relay = try EndToEnd.relay
            let simulator = try EndToEnd.simulator
            let customer = try await relay.customer()
            let poor = try await relay.customer(credits: Credits(thousandths: 500))
            try await simulator.reset()
            let result = try await run("refusals.py", customer.secret, poor.secret)

            func expect(
                _ name: String, _ exception: String, _ status: Int64, _ code: String?, sourceLocation: SourceLocation = #_sourceLocation
            ) {
                let outcome = result[name]
                #expect(outcome["exception"].string == exception, "\(outcome.text)", sourceLocation: sourceLocation)
                #expect(outcome["status"].int == status, sourceLocation: sourceLocation)
                #expect(outcome["code"].string == code, sourceLocation: sourceLocation)
                #expect(outcome["retries"].string == "0", "a refusal was retried", sourceLocation: sourceLocation)
                #expect(outcome["request_id"].string?.hasPrefix("req_") == true, sourceLocation: sourceLocation)
            }
            expect("wrong_key", "AuthenticationError", 401, "invalid_api_key")
            expect("no_balance", "APIStatusError", 402, "insufficient_balance")
            expect("no_balance_streamed", "APIStatusError", 402, "insufficient_balance")
            expect("no_model", "NotFoundError", 404, "model_not_found")
            expect("bad_request", "BadRequestError", 400, "invalid_request")
            #expect(result["no_balance"]["should_retry"].string == "false")
            #expect(result["no_balance"]["type"].string == "insufficient_quota")
            #expect(result["bad_request"]["param"].string == "max_tokens")
            #expect(result["upstream_refuses"]["exception"].string == "BadRequestError")
            // Only the last of them was anything for the upstream.
            #expect(try await simulator.chatRequests() == 1)
            #expect(try await relay.receipts(poor.account).isEmpty)
            try await relay.expectBalanced(poor)
            try await relay.expectBalanced(customer)
        }
    }
}
