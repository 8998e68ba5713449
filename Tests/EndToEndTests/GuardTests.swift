import NIOHTTP1
import RelayDomain
import Testing

extension EndToEnd {
    /// Abnormal traffic.
    @Suite("The guard")
    struct GuardTests {
        private func serving(_ guarding: String, _ body: (RelayProcess) async throws -> Void) async throws {
            try await RelayProcess.serving(
                [.init(name: "main", baseURL: try EndToEnd.simulator.baseURL, models: "[gpt-5.2]")],
                configure: {
                    $0.moreSections += "\nrouting: { circuit: { mode: off } }\nguard: { \(guarding) }"
                }, body)
        }

        @Test("many retries throttle the wallet and open a review; the operator's word ends it")
        func retries() async throws {
            try await serving("retries: 10, throttle: 1h") { relay in
                let customer = try await relay.customer()
                let neighbour = try await relay.customer()
                for number in 1...10 {
                    let answer = try await relay.chat(Chat(), customer, headers: ["x-stainless-retry-count": "1"])
                    #expect(answer.status == 200, "request \(number): \(answer.text)")
                }
                let refused = try await eventually("it is throttled") {
                    let answer = try await relay.chat(Chat(), customer)
                    return answer.status == 200 ? nil : answer
                }
                #expect(refused.status == 429 && refused.errorCode == "throttled")
                #expect((3_500...3_600).contains(refused.header("retry-after").flatMap { Int($0) } ?? 0))
                #expect(refused.json["error"]["type"].string == "rate_limit_error")
                #expect(try await relay.chat(Chat(), neighbour).status == 200)

                let listed = try JSON(try await relay.command("review", "list", "--json").output)["data"].items
                #expect(listed.count == 1)
                let review = try #require(listed.first)
                #expect(review["account"].string == customer.account && review["reason"].string == "retries")
                #expect(review["state"].string == "open" && review["created_at"].string != nil)
                #expect(review["evidence"]["summary"].string?.hasPrefix("10 of 10 requests") == true, "\(review.text)")
                let id = try #require(review["id"].string)
                #expect(try await relay.command("review", "resolve", id, "--action", "dismiss").exit == .code(64))
                #expect(try await relay.command("review", "resolve", id, "--action", "forget", "--note", "x").exit == .code(64))
                let resolved = try await relay.command("review", "resolve", id, "--action", "dismiss", "--note", "a known client", "--json")
                #expect(resolved.exit == .code(0))
                #expect(try JSON(resolved.output)["state"].string == "dismissed")
                #expect(try await relay.chat(Chat(), customer).status == 200)
                #expect(try JSON(try await relay.command("review", "list", "--json").output)["data"].items.isEmpty)
                #expect(try JSON(try await relay.command("review", "list", "--all", "--json").output)["data"].items.count == 1)
                let missing = try await relay.command("review", "show", "rev_00000000000000000000000000")
                #expect(missing.exit == .code(1))
                try await relay.expectBalanced(customer)
                try await relay.expectReconciled()
            }
        }

        @Test("a throttle ends by itself")
        func ends() async throws {
            try await serving("client_faults: 5, throttle: 3s") { relay in
                let customer = try await relay.customer()
                for number in 1...5 { #expect(try await relay.chat(Chat(model: "unknown-\(number)"), customer).status == 404) }
                try await eventually("it is throttled") { try await relay.chat(Chat(), customer).status == 429 ? true : nil }
                try await eventually("it has ended") { try await relay.chat(Chat(), customer).status == 200 ? true : nil }
            }
        }

        @Test("nobody throttles an account with a key that opens nothing, or not from there: revoked, made up, or of another network")
        func strangers() async throws {
            try await serving("client_faults: 5, refusals: 5, retries: 5, disconnects: 5") { relay in
                let customer = try await relay.customer()
                let bound = try await relay.adminJSON(
                    .POST, "keys", ["account": .string(customer.account), "policy": ["networks": ["192.0.2.0/24"]]])
                let revoked = try await relay.adminJSON(.POST, "keys", ["account": .string(customer.account)])
                func stranger(_ key: JSON) -> Customer {
                    Customer(account: customer.account, keyID: "", secret: key["secret"].string ?? "", recharged: .zero)
                }
                for _ in 0..<10 { #expect(try await relay.chat(Chat(), stranger(revoked)).status == 200) }
                _ = try await relay.adminJSON(.POST, "keys/\(revoked["id"].string ?? "")/revoke")
                for key in [bound, revoked] {
                    for _ in 0..<30 {
                        #expect([401, 403].contains(try await relay.chat(Chat(), stranger(key)).status))
                        #expect(try await relay.post("{bad", stranger(key)).status == 400)
                    }
                }
                #expect(try await relay.chat(Chat(), customer).status == 200)
                #expect(try await relay.adminJSON(.GET, "reviews")["data"].items.isEmpty)
            }
        }

        @Test("the upstream's failures throttle nobody, however often their requests are tried again")
        func upstreamFaults() async throws {
            try await serving("retries: 5, refusals: 5, client_faults: 5, disconnects: 5") { relay in
                let customer = try await relay.customer()
                for number in 0..<30 {
                    let answer = try await relay.chat(
                        Chat(directives: "status=500"), customer, headers: ["x-stainless-retry-count": "\(number % 3)"])
                    #expect(answer.status == 502)
                }
                #expect(try await relay.chat(Chat(), customer).status == 200)
                #expect(try await relay.adminJSON(.GET, "reviews")["data"].items.isEmpty)
            }
        }

        @Test("log only logs, and off does nothing at all", arguments: ["log", "off"])
        func modes(mode: String) async throws {
            try await serving("mode: \(mode), retries: 5") { relay in
                let customer = try await relay.customer()
                for _ in 0..<20 {
                    #expect(try await relay.chat(Chat(), customer, headers: ["x-stainless-retry-count": "2"]).status == 200)
                }
                #expect(try await relay.adminJSON(.GET, "reviews")["data"].items.isEmpty)
                #expect(relay.log.contains("abnormal traffic") == (mode == "log"))
            }
        }

        @Test("an answer whose usage was not reported is listed for review, charged or waived", arguments: ["estimate", "waive"])
        func unreported(billing: String) async throws {
            try await RelayProcess.serving(
                [.init(name: "main", baseURL: try EndToEnd.simulator.baseURL, models: "[gpt-5.2]")], billing: ["unreported_usage": billing]
            ) { relay in
                let customer = try await relay.customer()
                let broken = try await relay.chat(Chat(directives: "chunks=6; cut=3", isStream: true), customer)
                let quiet = try await relay.chat(Chat(directives: "usage=missing"), customer)
                #expect(broken.streamError != nil && quiet.status == 200)
                let reviews = try await relay.adminJSON(.GET, "reviews")["data"].items
                #expect(reviews.count == 1)
                #expect(reviews[0]["reason"].string == "unreported_usage" && reviews[0]["evidence"]["count"].int == 2)
                #expect(reviews[0]["evidence"]["requests"].items.map(\.string) == [quiet.requestID, broken.requestID])
                try await relay.expectBalanced(customer)
            }
        }
    }
}
