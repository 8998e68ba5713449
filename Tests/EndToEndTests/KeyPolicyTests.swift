import Foundation
import NIOHTTP1
import RelayDomain
import RelayTestKit
import Testing

extension EndToEnd {
    /// The policy of a key, by the command line and against the running relay.
    @Suite("Key policy")
    struct KeyPolicyTests {
        /// Creates a key with policy flags beside the customer's own.
        private func key(_ customer: Customer, _ flags: String...) async throws -> (customer: Customer, json: JSON) {
            let relay = try EndToEnd.relay
            let result = try await ChildProcess.run(
                try Location.program(), ["key", "create", "--account", customer.account, "--json"] + flags, folder: relay.folderPath,
                environment: ["NEXRELAY_CONFIG": relay.configurationFile])
            guard result.exit == .code(0) else { throw TestFailure("\(flags): \(result.exit) \(result.errors)") }
            let json = try JSON(result.output)
            let secret = json["secret"].string ?? ""
            relay.keepSecret(secret)
            let made = Customer(account: customer.account, keyID: json["id"].string ?? "", secret: secret, recharged: customer.recharged)
            return (made, json)
        }

        @Test("every flag is taken, shown, and refused where it makes no sense")
        func flags() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let (_, json) = try await key(
                customer, "--models", "gpt-5.2,alias", "--monthly-budget", "12.5", "--rpm", "7", "--concurrency", "3", "--max-output", "9",
                "--expires", "2099-01-01T00:00:00Z", "--network", "127.0.0.0/8,2001:db8::/32", "--fallback", "--on-disconnect", "cancel")
            #expect(
                json["policy"] == [
                    "models": ["gpt-5.2", "alias"], "monthly_budget_credits": .number(12.5), "rpm": 7, "concurrency": 3,
                    "max_output_tokens": 9,
                    "expires_at": "2099-01-01T00:00:00.000Z", "networks": ["127.0.0.0/8", "2001:db8::/32"], "fallback": true,
                    "on_disconnect": "cancel",
                ])
            for wrong in [
                ["--rpm", "0"], ["--concurrency", "x"], ["--network", "10.0.0.0/40"], ["--on-disconnect", "wait"],
                ["--monthly-budget", "0"], ["--monthly-budget", "1.0001"], ["--max-output", "0"],
            ] {
                let result = try await ChildProcess.run(
                    try Location.program(), ["key", "create", "--account", customer.account] + wrong, folder: relay.folderPath,
                    environment: ["NEXRELAY_CONFIG": relay.configurationFile])
                #expect(result.exit == .code(64), "\(wrong): \(result.exit) \(result.errors)")
            }
        }

        @Test("a key is of use only in its networks, at the upstream's door and at the wallet's")
        func networks() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let (inside, _) = try await key(customer, "--network", "127.0.0.0/8")
            #expect(try await relay.chat(Chat(), inside).status == 200)
            #expect(try await relay.get("/v1/wallet", inside).status == 200)
            let (outside, _) = try await key(customer, "--network", "10.0.0.0/8")
            for forged in [[:], ["x-forwarded-for": "10.1.1.1"]] as [[String: String]] {
                var headers = HTTPHeaders()
                for (name, value) in forged { headers.add(name: name, value: value) }
                let answer = try await relay.chat(Chat(), outside, headers: headers)
                #expect(answer.status == 403 && answer.errorCode == "ip_not_allowed")
                headers.add(name: "authorization", value: "Bearer \(outside.secret)")
                let wallet = try await HTTP.send(.GET, relay.url + "/v1/wallet", headers: headers)
                #expect(wallet.status == 403 && wallet.errorCode == "ip_not_allowed")
            }
            try await relay.expectBalanced(customer)
        }

        @Test("two keys of one account race: each keeps its own limit, and both together the wallet's")
        func racing() async throws {
            let relay = try EndToEnd.relay
            let tokenizer = try Vocabulary.tokenizer()
            let chat = Prompt.chat(tokens: 60, output: 10, tokenizer)
            let customer = try await relay.customer(credits: Credits(70 * 20))
            let (first, _) = try await key(customer, "--monthly-budget", "\(70 * 8)")
            let (second, _) = try await key(customer, "--rpm", "15")
            let keys = [first, second]
            let answers = try await concurrently(Array(0..<80), width: 80) { (index: Int) in
                (index % 2, try await relay.chat(chat, keys[index % 2]))
            }
            let admitted = (0..<2).map { key in answers.filter { $0.0 == key && $0.1.status == 200 }.count }
            #expect(admitted[0] <= 8 && admitted[1] <= 15 && admitted.reduce(0, +) == 20, "\(admitted)")
            #expect(Set(answers.map { $0.1.status }).isSubset(of: [200, 402, 429]))
            #expect(try await relay.idleWallet(customer.account)["credits"].credits == .zero)
            try await relay.expectBalanced(customer)
        }

        @Test("a key's own way with clients that leave goes before the relay's")
        func onDisconnect() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let (cancelling, _) = try await key(customer, "--on-disconnect", "cancel")
            var receipts: [JSON] = []
            for key in [cancelling, customer] {
                let body = Chat(directives: "chunks=20; chunk-delay=60; completion=20", isStream: true).body
                let requestID = try await blocking { [port = relay.configuration.publicPort] in
                    let socket = try RawSocket(port: port)
                    defer { socket.close() }
                    try socket.send(RawRequest.chat(body, key: key.secret))
                    let head = String(decoding: try socket.receive(), as: UTF8.self)
                    return head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("x-request-id: ") }.map {
                        String($0.dropFirst(14))
                    }
                }
                receipts.append(try await relay.endedReceipt(try #require(requestID)))
            }
            #expect(receipts[0]["usage"]["source"].string == "estimated" && receipts[1]["usage"]["source"].string == "reported")
            // The input as it was counted, and the output that was delivered: not the whole hold.
            let charged = receipts[0]["credits"]["charged"].credits ?? .zero
            #expect(charged < receipts[0]["credits"]["held"].credits ?? .zero && receipts[0]["credits"]["absorbed"].credits == .zero)
            #expect(receipts.allSatisfy { $0["client_disconnected"].bool == true && $0["state"].string == "settled" })
        }

        @Test("a named model is swapped only where the key says so, and the answer says which one served")
        func fallback() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            // Too long for this model's context, and not for the route's.
            let chat = Chat(model: "impatient", maxTokens: 5, text: String(repeating: " the", count: 400_100))
            let refused = try await relay.chat(chat, customer)
            #expect(refused.status == 400 && refused.errorCode == "context_length_exceeded")
            let (free, _) = try await key(customer, "--fallback")
            let answer = try await relay.chat(chat, free)
            #expect(answer.status == 200 && answer.header("x-nexrelay-model") == "gpt-5.2", "\(answer.text.prefix(300))")
            let receipt = try await relay.endedReceipt(try #require(answer.requestID))
            #expect(receipt["requested_model"].string == "impatient" && receipt["model"].string == "gpt-5.2")
        }

        @Test("what a key has used is in its list, and usage adds up by day, model and key")
        func counters() async throws {
            let relay = try EndToEnd.relay
            let tokenizer = try Vocabulary.tokenizer()
            let customer = try await relay.customer()
            let (counted, _) = try await key(customer, "--monthly-budget", "1000", "--rpm", "50")
            for _ in 0..<3 { #expect(try await relay.chat(Prompt.chat(tokens: 60, output: 10, tokenizer), counted).status == 200) }
            #expect(try await relay.chat(Prompt.chat(tokens: 60, output: 10, model: "alias", tokenizer), customer).status == 200)
            let keys = try await relay.adminJSON(.GET, "keys?account=\(customer.account)")["data"].items
            let counters = keys.first { $0["id"].string == counted.keyID }?["counters"] ?? .null
            #expect(counters["used_credits"].credits == Credits(210) && counters["held_credits"].credits == .zero)
            #expect(counters["requests_last_minute"].int == 3 && counters["requests_in_flight"].int == 0)

            func usage(_ query: String) async throws -> [JSON] {
                let answer = try await relay.get("/v1/usage?" + query, customer)
                #expect(answer.status == 200, "\(answer.text)")
                return answer.json["data"].items
            }
            let days = try await usage("")
            #expect(days.count == 1 && days[0]["requests"].int == 4 && days[0]["input"].int == 240 && days[0]["output"].int == 40)
            #expect(days[0]["credits"].credits == Credits(280) && days[0]["day"].string?.count == 10)
            let models = try await usage("group_by=model")
            #expect(models.map { $0["model"].string } == ["alias", "gpt-5.2"] && models.map { $0["requests"].int } == [1, 3])
            let byKey = try await usage("group_by=key")
            #expect(Set(byKey.map { $0["key"].string }) == [customer.keyID, counted.keyID])
            let day = days[0]["day"].string ?? ""
            #expect(try await usage("from=\(day)&to=\(day)") == days)
            #expect(try await usage("from=2020-01-01&to=2020-12-31").isEmpty)
            #expect(try await relay.get("/v1/usage?from=2026-02-30", customer).status == 400)
            #expect(try await relay.get("/v1/usage?group_by=colour", customer).status == 400)
            #expect(try await relay.get("/v1/usage?from=2026-02-02&to=2026-02-01", customer).status == 400)
        }

        @Test("an operator puts an account on a plan, from the next request on")
        func plan() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            #expect(try await relay.chat(Chat(maxTokens: 5_000), customer).header("x-nexrelay-max-output-tokens") == "1000")
            let set = try await relay.command("account", "plan", customer.account, "--plan", "large", "--json")
            #expect(set.exit == .code(0))
            #expect(try JSON(set.output)["plan"].string == "large")
            #expect(try await relay.chat(Chat(maxTokens: 5_000), customer).header("x-nexrelay-max-output-tokens") == nil)
            let unknown = try await relay.command("account", "plan", customer.account, "--plan", "gold")
            #expect(unknown.exit == .code(1) && unknown.errors.contains("The plans are: test, large"))
            #expect(try await relay.wallet(customer.account)["plan"].string == "large")
        }
    }
}
