import Foundation
import NIOHTTP1
import RelayDomain
import Testing

extension EndToEnd {
    /// Programs that are told what happens.
    @Suite("Webhooks")
    struct WebhookTests {
        /// Runs a test on a relay that may tell a receiver on the loopback.
        private func serving(_ body: (RelayProcess, HookReceiver) async throws -> Void) async throws {
            let receiver = try await HookReceiver()
            let upstream = RelayConfiguration.Upstream(name: "main", baseURL: try EndToEnd.simulator.baseURL, models: "[gpt-5.2]")
            try await RelayProcess.serving(
                [upstream],
                configure: {
                    $0.moreSections += """

                        routing: { circuit: { mode: off } }
                        guard: { retries: 10, throttle: 1h }
                        webhooks: { allow_http: true, allow_private_addresses: true }
                        """
                }
            ) { try await body($0, receiver) }
            try await receiver.close()
        }

        /// A webhook of a customer's, made with the customer's own key.
        /// - Returns: its id and its secret.
        private func webhook(
            _ relay: RelayProcess, _ customer: Customer, _ url: String, events: [String] = []
        ) async throws -> (id: String, secret: String) {
            let body: JSON = ["url": .string(url), "events": .array(events.map(JSON.string))]
            let answer = try await relay.post(body.text, customer, to: "/v1/webhooks")
            guard answer.status == 201, let id = answer.json["id"].string, let secret = answer.json["secret"].string else {
                throw TestFailure("no webhook: \(answer.text)")
            }
            relay.keepSecret(secret)
            return (id, secret)
        }

        /// One of the operator's own, made on the command line.
        private func operatorsWebhook(_ relay: RelayProcess, _ url: String) async throws -> (id: String, secret: String) {
            let made = try await relay.command("webhook", "create", "--url", url, "--json")
            guard made.exit == .code(0), let id = try JSON(made.output)["id"].string, let secret = try JSON(made.output)["secret"].string
            else { throw TestFailure("no webhook: \(made.errors)") }
            relay.keepSecret(secret)
            return (id, secret)
        }

        private func order(_ relay: RelayProcess, _ customer: Customer) async throws -> String {
            let answer = try await relay.post(#"{"plan":"test"}"#, customer, to: "/v1/recharges")
            guard answer.status == 201, let id = answer.json["id"].string else { throw TestFailure("no order: \(answer.text)") }
            return id
        }

        @Test("a recharge is told, signed, to its account and to the operator; what is answered with 500 comes again, and a replay as well")
        func recharge() async throws {
            try await serving { relay, receiver in
                let (customer, stranger) = (try await relay.customer(), try await relay.customer())
                let mine = try await webhook(relay, customer, receiver.url("/customer"))
                _ = try await webhook(relay, stranger, receiver.url("/stranger"))
                let operators = try await operatorsWebhook(relay, receiver.url("/operator"))
                receiver.answer("/customer", with: [500])
                let order = try await order(relay, customer)
                let created = try await receiver.messages("/customer", "\(order):created")[0]
                #expect(created.status == 500)
                let confirmed = try await relay.command("recharge", "confirm", order, "--note", "bank", "--json")
                #expect(confirmed.exit == .code(0), "\(confirmed.errors)")

                let credited = try await receiver.messages("/customer", "\(order):credited")[0]
                #expect(credited.type == "recharge.credited" && credited.signatures == [credited.signature(mine.secret)])
                #expect(credited.headers["content-type"] == ["application/json"])
                #expect(credited.headers.first(name: "user-agent")?.hasPrefix("NexRelay/") == true)
                #expect(credited.data["id"].string == order && credited.data["account"].string == customer.account)
                #expect(credited.data["state"].string == "credited" && credited.data["credits"].credits == PaidRelay.recharge.credits)
                #expect(credited.data["usd"].string == "1.00" && credited.data["network"].isNull)
                let copy = try await receiver.messages("/operator", "\(order):credited")[0]
                #expect(copy.body == credited.body && copy.signatures == [copy.signature(operators.secret)])

                // Five seconds later, and signed anew: the same message.
                let tries = try await receiver.messages("/customer", "\(order):created", count: 2)
                #expect(tries.map(\.status) == [500, 204] && tries[0].body == tries[1].body && tries[0].seconds < tries[1].seconds)
                #expect(tries.allSatisfy { $0.type == "recharge.created" && $0.signatures == [$0.signature(mine.secret)] })
                let deliveries = try await eventually("both are written down") {
                    let list = try await relay.get("/v1/webhooks/\(mine.id)/deliveries?state=delivered", customer).json["data"].items
                    return list.count == 2 ? list : nil
                }
                #expect(deliveries.map { $0["attempts"].int ?? 0 }.sorted() == [1, 2])

                // A new secret, beside the old one; and the operator's word sends it again.
                let rotated = try await relay.post("", customer, to: "/v1/webhooks/\(mine.id)/rotate").json["secret"].string ?? ""
                relay.keepSecret(rotated)
                let delivery = try #require(deliveries.first { $0["type"].string == "recharge.credited" }?["id"].string)
                let replayed = try await relay.command("webhook", "replay", delivery, "--json")
                #expect(replayed.exit == .code(0))
                #expect(try JSON(replayed.output)["state"].string == "pending")
                let again = try await receiver.messages("/customer", "\(order):credited", count: 2)[1]
                #expect(again.body == credited.body && again.signatures == [again.signature(rotated), again.signature(mine.secret)])
                #expect(receiver.messages("/stranger").isEmpty)
                for secret in [mine.secret, rotated, operators.secret] {
                    #expect(try await !relay.database.contains(String(secret.dropFirst(6))))
                }
                #expect(try await HTTP.send(.GET, relay.adminURL + "/metrics").text.contains("nexrelay_webhook_deliveries_total"))
                try await relay.expectReconciled()
            }
        }

        @Test("a relay that is killed between the credit and the delivery tells of it after its restart, once, under the same id")
        func killed() async throws {
            try await serving { relay, receiver in
                let customer = try await relay.customer()
                let mine = try await webhook(relay, customer, receiver.url("/hook"), events: ["recharge.credited"])
                receiver.answer("/hook", with: [503])
                let order = try await order(relay, customer)
                _ = try await relay.adminJSON(.POST, "recharges/\(order)/confirm", ["note": "bank"])
                try await eventually("the first attempt is written down") {
                    let deliveries = try await relay.adminJSON(.GET, "deliveries?account=\(customer.account)&state=pending")["data"].items
                    return deliveries.first { $0["last_status"].int == 503 }
                }
                await relay.kill()
                #expect(receiver.messages("/hook").count == 1)
                try await relay.start()
                let messages = try await receiver.messages("/hook", "\(order):credited", count: 2)
                #expect(messages[0].body == messages[1].body && messages[1].signatures == [messages[1].signature(mine.secret)])
                let delivery = try await eventually("the delivery is written down") {
                    try await relay.get("/v1/webhooks/\(mine.id)/deliveries?state=delivered", customer).json["data"].items.first
                }
                #expect(delivery["attempts"].int == 2 && delivery["last_status"].int == 204 && delivery["event"].string == messages[1].id)
                #expect(receiver.messages("/hook").count == 2)
                #expect(try await relay.wallet(customer.account)["credits"].int == 2 * PaidRelay.recharge)
                try await relay.expectReconciled()
            }
        }

        @Test("who spends is told that the wallet is low and the key's budget nearly used; of a review the operator alone is told")
        func spending() async throws {
            try await serving { relay, receiver in
                let customer = try await relay.customer(
                    credits: Credits(text: "100020"), keyPolicy: ["monthly_budget_credits": "400"])
                let retrying = try await relay.customer()
                _ = try await webhook(relay, customer, receiver.url("/customer"))
                _ = try await webhook(relay, retrying, receiver.url("/retrying"))
                _ = try await operatorsWebhook(relay, receiver.url("/operator"))
                for _ in 0..<60 {
                    guard try await relay.chat(Chat(), customer).status == 200 else { break }
                }
                let low = try await receiver.first("/customer", "wallet.low")
                #expect(low.data["account"].string == customer.account && low.data["threshold_credits"].int == 100_000)
                #expect(low.data["credits"].credits.map { $0 < Credits(text: "100000")! && $0 > Credits(text: "99600")! } == true)
                #expect(low.id.hasPrefix("\(customer.account):low:"))
                let budget = try await receiver.first("/customer", "key.budget")
                #expect(budget.data["key"].string == customer.keyID && budget.data["percent"].int == 80)
                #expect(budget.data["budget_credits"].int == 400)
                #expect(budget.data["used_credits"].credits.map { $0 >= Credits(text: "320")! } == true)

                for _ in 0..<10 { _ = try await relay.chat(Chat(), retrying, headers: ["x-stainless-retry-count": "1"]) }
                let review = try await receiver.first("/operator", "review.opened")
                #expect(review.data["account"].string == retrying.account && review.data["reason"].string == "retries")
                // What the operator was told of before, is all there is.
                for type in ["wallet.low", "key.budget"] { _ = try await receiver.first("/operator", type) }
                #expect(receiver.messages("/customer").filter { $0.type == "wallet.low" }.count == 1)
                #expect(receiver.messages("/retrying").isEmpty)

                // Another line from the next reload on: a balance that falls below the old one alone is no news.
                let url = URL(filePath: relay.configurationFile)
                let text = try String(contentsOf: url, encoding: .utf8)
                try Data(text.replacing("allow_http", with: "low_balance_percent: 5, allow_http").utf8).write(to: url)
                relay.hangUp()
                try await eventually("it has read its configuration again") { relay.log.contains("msg=reloaded") ? true : nil }
                for credits in ["-940000", "-20000"] {
                    _ = try await relay.adminJSON(
                        .POST, "wallets/\(retrying.account)/adjust", ["credits": .string(credits), "reason": "test"])
                }
                let lower = try await receiver.first("/retrying", "wallet.low")
                #expect(lower.data["threshold_credits"].int == 50_000)
                #expect(receiver.messages("/retrying").count == 1)
                try await relay.expectReconciled()
            }
        }

        @Test("by default messages go out encrypted, and to public addresses alone: where a name leads elsewhere, the delivery says so")
        func refused() async throws {
            let (relay, receiver) = (try EndToEnd.relay, try await HookReceiver())
            let customer = try await relay.customer()
            for url in [receiver.url("/"), "https://127.0.0.1:\(receiver.port)/", "https://[::1]:\(receiver.port)/"] {
                let answer = try await relay.post(#"{"url":"\#(url)"}"#, customer, to: "/v1/webhooks")
                #expect(answer.status == 400 && answer.errorCode == "invalid_request", "\(answer.text)")
                #expect(answer.json["error"]["param"].string == "url")
            }
            let mine = try await webhook(relay, customer, "https://localhost:\(receiver.port)/")
            _ = try await order(relay, customer)
            let refused = try await eventually("the attempt is written down") {
                let deliveries = try await relay.get("/v1/webhooks/\(mine.id)/deliveries", customer).json["data"].items
                return deliveries.first { $0["attempts"].int == 1 && !$0["last_error"].isNull }
            }
            #expect(refused["last_error"].string == "the host's address is not public" && refused["last_status"].isNull)
            #expect(refused["state"].string == "pending" && receiver.connections == 0)
            let url = relay.url + "/v1/webhooks/\(mine.id)"
            let gone = try await HTTP.send(.DELETE, url, headers: ["authorization": "Bearer \(customer.secret)"])
            #expect(gone.status == 200 && gone.json["deleted"].bool == true)
            #expect(try await relay.get("/v1/webhooks/\(mine.id)", customer).status == 404)
            try await receiver.close()
        }

        @Test("the command line makes, shows, changes and removes webhooks, and prints a secret where it is new")
        func commandLine() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let arguments = ["--url", "https://hooks.example/nexrelay", "--events", "recharge.credited, wallet.low"]
            let made = try await relay.command(["webhook", "create", "--account", customer.account] + arguments)
            #expect(made.exit == .code(0) && made.output.contains("shown this once"), "\(made.errors)")
            let secret = made.output.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("whsec_") }.map(String.init) ?? ""
            let id = try #require(made.output.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("whk_") }.map(String.init))
            #expect(!secret.isEmpty)
            relay.keepSecret(secret)
            for (arguments, words) in [
                (["list", "--account", customer.account], id), (["show", id], "recharge.credited, wallet.low"),
                (["disable", id], "disabled by the operator"), (["enable", id], "active"), (["deliveries", "--webhook", id], "none"),
                (["rotate", id], "former secret until"), (["delete", id], "is gone"),
            ] {
                let shown = try await relay.command(["webhook"] + arguments)
                #expect(shown.exit == .code(0) && shown.output.contains(words), "\(arguments): \(shown.output) \(shown.errors)")
                #expect(!shown.output.contains(secret) && shown.output.contains("whsec_") == (arguments[0] == "rotate"))
                guard arguments[0] != "delete", arguments[0] != "rotate" else { continue }
                _ = try JSON(try await relay.command(["webhook"] + arguments + ["--json"]).output)
            }
            let refusals: [([String], Int32)] = [
                (["show", id], 1), (["delete", id], 1), (["replay", "dlv_00000000000000000000000000"], 1),
                (["create", "--url", "http://hooks.example"], 1), (["create", "--url", "https://h.example", "--events", "all"], 1),
                (["deliveries", "--state", "lost"], 1), (["create"], 64), (["create", "--url", "https://h.example", "--events", ""], 64),
                (["show"], 64),
            ]
            for (arguments, code) in refusals {
                let refused = try await relay.command(["webhook"] + arguments)
                #expect(refused.exit == .code(code) && !refused.errors.isEmpty, "\(arguments): \(refused.output)")
            }
        }
    }
}

extension Int64 {
    fileprivate var credits: Credits? { Credits(text: "\(self)") }
}
