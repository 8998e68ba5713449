import Foundation
import NIOHTTP1
import RelayDomain
import RelayTestKit
import Testing

extension EndToEnd {
    /// Which upstream serves, and what happens when it does not.
    @Suite("Routing")
    struct RoutingTests {
        private static let figures = "prompt=10; cached=4; completion=5"

        /// A simulator that does one thing to every request.
        private func simulator(_ behaviour: String, _ body: (SimulatorProcess) async throws -> Void) async throws {
            let folder = try TemporaryFolder()
            let simulator = try await SimulatorProcess.start(
                in: folder.url.path, script: "{ \"rules\": [{ \"behaviour\": \(JSON.string(behaviour).text) }] }")
            try await body(simulator)
            let exit = await simulator.stop()
            #expect(exit == .code(0))
        }

        private func circuit(_ relay: RelayProcess, _ upstream: String) async throws -> String? {
            try await relay.adminJSON(.GET, "upstreams")["data"].items.first { $0["upstream"].string == upstream }?["circuit"].string
        }

        @Test("upstreams of one priority share the requests by their weights; a higher one is not called while they answer")
        func weights() async throws {
            let url = try EndToEnd.simulator.baseURL
            try await RelayProcess.serving([
                .init(name: "three", baseURL: url, models: "[gpt-5.2]", weight: 3), .init(name: "one", baseURL: url, models: "[gpt-5.2]"),
                .init(name: "spare", baseURL: url, models: "[gpt-5.2]", priority: 1),
            ]) { relay in
                let customer = try await relay.customer()
                let answers = try await concurrently(Array(0..<400), width: 16) { _ in try await relay.chat(Chat(), customer) }
                #expect(answers.allSatisfy { $0.status == 200 })
                var counts: [String: Int] = [:]
                for receipt in try await relay.receipts(customer.account) {
                    counts[receipt["attempts"][0]["upstream"].string ?? "", default: 0] += 1
                }
                #expect(counts["spare"] == nil)
                // 300 expected; ten standard deviations are 87.
                #expect((213...387).contains(counts["three"] ?? 0), "\(counts)")
                #expect(counts["three", default: 0] + counts["one", default: 0] == 400)
            }
        }

        @Test("an upstream that fails is called no more, is tried again after a while, and serves again when it answers")
        func circuitGoesRound() async throws {
            let folder = try TemporaryFolder()
            let script = """
                { "rules": [{ "numbers": [1, 2, 3, 4], "behaviour": "status=500" }] }
                """
            let flaky = try await SimulatorProcess.start(in: folder.url.path, script: script)
            try await RelayProcess.serving(
                [
                    .init(name: "flaky", baseURL: flaky.baseURL, models: "[gpt-5.2]"),
                    .init(name: "spare", baseURL: try EndToEnd.simulator.baseURL, models: "[gpt-5.2]", priority: 1),
                ], configure: { $0.moreSections += "\nrouting: { circuit: { failures: 3, open: 2s } }" }
            ) { relay in
                let customer = try await relay.customer()
                for number in 1...3 {
                    let answer = try await relay.chat(Chat(), customer)
                    #expect(answer.status == 200 && answer.header("x-nexrelay-attempts") == "2", "\(number)")
                }
                #expect(try await circuit(relay, "flaky") == "open")
                let calm = try await relay.chat(Chat(), customer)
                #expect(calm.header("x-nexrelay-attempts") == "1")
                #expect(try await flaky.chatRequests() == 3)
                // The first probe is its fourth call, which fails; the second one answers.
                try await eventually("it serves again") {
                    #expect(try await relay.chat(Chat(), customer).status == 200)
                    return try await circuit(relay, "flaky") == "closed" ? true : nil
                }
                let calls = try await flaky.chatRequests()
                #expect(try await relay.chat(Chat(), customer).header("x-nexrelay-attempts") == "1")
                #expect(try await flaky.chatRequests() == calls + 1)
                try await relay.expectBalanced(customer)
            }
            _ = await flaky.stop()
        }

        @Test("with every circuit open a request is refused before anything is held, and told when to come again")
        func nothingToCall() async throws {
            try await simulator("status=429; retry-after=40") { limited in
                try await RelayProcess.serving([.init(name: "only", baseURL: limited.baseURL, models: "[gpt-5.2]")]) { relay in
                    let customer = try await relay.customer()
                    let first = try await relay.chat(Chat(), customer)
                    #expect(first.status == 503 && first.errorCode == "no_upstream_available")
                    #expect((38...40).contains(first.header("retry-after").flatMap { Int($0) } ?? 0))
                    let second = try await relay.chat(Chat(), customer)
                    #expect(second.status == 503 && second.errorCode == "no_upstream_available")
                    #expect((35...40).contains(second.header("retry-after").flatMap { Int($0) } ?? 0))
                    #expect(try await limited.chatRequests() == 1)
                    // The refusal left no receipt, and took nothing of the rate.
                    #expect(try await relay.receipts(customer.account).count == 1)
                    #expect(try await relay.get("/v1/wallet", customer).json["requests_in_flight"].int == 0)
                    try await relay.expectBalanced(customer)
                }
            }
        }

        @Test("refused credentials stop the calls until a reload")
        func credentials() async throws {
            try await simulator("status=401") { stranger in
                try await RelayProcess.serving(
                    [.init(name: "only", baseURL: stranger.baseURL, models: "[gpt-5.2]")],
                    configure: { $0.moreSections += "\nrouting: { circuit: { open: 1m } }" }
                ) { relay in
                    let customer = try await relay.customer()
                    #expect(try await relay.chat(Chat(), customer).status == 502)
                    #expect(try await relay.chat(Chat(), customer).status == 503)
                    let health = try await relay.adminJSON(.GET, "upstreams")["data"][0]
                    #expect(health["circuit"].string == "open" && health["cause"].string == "credentials")
                    #expect(try await stranger.chatRequests() == 1)
                    relay.hangUp()
                    try await eventually("it is called again") {
                        _ = try await relay.chat(Chat(), customer)
                        return try await stranger.chatRequests() == 2 ? true : nil
                    }
                }
            }
        }

        @Test("when no upstream of a model answers, the next model of the list does, at its own price and under its own limits")
        func nextModel() async throws {
            let url = try EndToEnd.simulator.baseURL
            let nobody = "http://127.0.0.1:\(try freePort())/v1"
            try await RelayProcess.serving([
                .init(name: "dead", baseURL: nobody, models: "[gpt-5.2]"),
                .init(name: "alive", baseURL: url, models: "[odd-prices, costly]"),
            ]) { relay in
                let customer = try await relay.customer()
                let body = """
                    {"models": ["gpt-5.2", "costly", "odd-prices"], "messages": [{"role": "user", "content": "[[simulate \(Self.figures)]]"}],
                    "max_tokens": 50}
                    """
                for attempts in ["2", "2"] {
                    let answer = try await relay.post(body, customer)
                    #expect(answer.status == 200, "\(answer.text)")
                    // The plan has no budget for the costly one: it is passed by.
                    #expect(answer.header("x-nexrelay-model") == "odd-prices")
                    #expect(answer.header("x-nexrelay-attempts") == attempts)
                    let receipt = try await relay.receipt(try #require(answer.requestID))
                    #expect(receipt["requested_model"].string == "gpt-5.2" && receipt["model"].string == "odd-prices")
                    #expect(receipt["attempts"].items.map { $0["model"].string } == ["gpt-5.2", "odd-prices"])
                    #expect(receipt["attempts"].items.map { $0["outcome"].string } == ["unreachable", "answered"])
                    #expect(receipt["credits"]["charged"].credits == (try Pricing.cost(of: receipt)))
                    #expect(receipt["usage"]["source"].string == "reported")
                }
                // A model that was named alone is swapped for no other.
                #expect(try await relay.chat(Chat(), customer).status == 503)
                try await relay.expectBalanced(customer)
                try await relay.expectReconciled()
            }
        }

        @Test("an upstream that cannot prove who it is, or does not speak TLS, is not reached, and gets no key and no prompt")
        func unverified() async throws {
            let folder = try TemporaryFolder()
            let made = try await ChildProcess.run(
                "/usr/bin/openssl",
                [
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "2", "-subj",
                    "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                ], folder: folder.url.path)
            #expect(made.exit == .code(0), "\(made.errors)")
            let port = try freePort()
            let server = try ChildProcess(
                "/usr/bin/openssl", ["s_server", "-quiet", "-accept", "127.0.0.1:\(port)", "-cert", "cert.pem", "-key", "key.pem"],
                folder: folder.url.path, files: folder.path("server"))
            try await eventually("it listens") { try? await blocking { try RawSocket(port: port).close() } }
            let plain = try EndToEnd.simulator.port
            try await RelayProcess.serving([
                .init(name: "stranger", baseURL: "https://localhost:\(port)/v1", models: "[gpt-5.2]"),
                .init(name: "mute", baseURL: "https://127.0.0.1:\(plain)/v1", models: "[alias]"),
            ]) { relay in
                let customer = try await relay.customer()
                for model in ["gpt-5.2", "alias"] {
                    let answer = try await relay.chat(Chat(model: model), customer)
                    #expect(answer.status == 503 && answer.errorCode == "no_upstream_available", "\(model): \(answer.text)")
                    let receipt = try await relay.receipt(try #require(answer.requestID))
                    #expect(receipt["attempts"][0]["outcome"].string == "unreachable")
                }
                try await relay.expectBalanced(customer)
            }
            server.send(SIGTERM)
            _ = await server.waitForExit()
            let said = server.output + server.errors
            #expect(!said.contains("Say hello.") && !said.contains(RelayConfiguration.Upstream.key))
        }

        @Test("the time of the whole request bounds all its attempts together")
        func wholeTime() async throws {
            try await simulator("hang=head") { silent in
                let upstreams = (1...3).map {
                    RelayConfiguration.Upstream(
                        name: "silent-\($0)", baseURL: silent.baseURL, models: "[gpt-5.2]", timeouts: "{ first_byte: 2s }")
                }
                try await RelayProcess.serving(upstreams, limits: ["exchange": "3s"]) { relay in
                    let customer = try await relay.customer()
                    let answer = try await relay.chat(Chat(), customer)
                    #expect(answer.status == 504 && answer.errorCode == "upstream_timeout")
                    let receipt = try await relay.receipt(try #require(answer.requestID))
                    #expect(receipt["attempts"].items.count == 2, "\(receipt.text)")
                    try await relay.expectBalanced(customer)
                }
            }
        }

        @Test("one call may take only so long in all, however steadily its answer drips")
        func total() async throws {
            try await simulator("chunks=1000; chunk-delay=50") { slow in
                try await RelayProcess.serving([
                    .init(name: "slow", baseURL: slow.baseURL, models: "[gpt-5.2]", timeouts: "{ total: 1s }")
                ]) { relay in
                    let customer = try await relay.customer()
                    let answer = try await relay.chat(Chat(isStream: true, maxTokens: 1_000), customer)
                    #expect(answer.streamError?["code"].string == "upstream_timeout")
                    let receipt = try await relay.endedReceipt(try #require(answer.requestID))
                    #expect(receipt["usage"]["source"].string == "estimated")
                    try await relay.expectBalanced(customer)
                }
            }
        }

        @Test("an outage of all upstreams is not multiplied: beyond the reserve, one call a request and a fifth")
        func outage() async throws {
            try await simulator("status=500") { broken in
                let upstreams = (1...3).map {
                    RelayConfiguration.Upstream(name: "broken-\($0)", baseURL: broken.baseURL, models: "[gpt-5.2]")
                }
                try await RelayProcess.serving(
                    upstreams,
                    configure: { $0.moreSections += "\nrouting: { retries: { percent: 20, reserve: 10 }, circuit: { mode: off } }" }
                ) { relay in
                    let customer = try await relay.customer()
                    let answers = try await concurrently(Array(0..<200), width: 8) { _ in try await relay.chat(Chat(), customer) }
                    #expect(answers.allSatisfy { $0.status == 502 })
                    let calls = try await broken.chatRequests()
                    #expect((200...250).contains(calls), "\(calls)")
                    try await relay.expectBalanced(customer)
                }
            }
        }

        @Test("a request that may not be tried again is not sent to the other models of its route either")
        func spentBudget() async throws {
            try await simulator("status=500") { broken in
                let models = ["gpt-5.2", "alias", "costly"]
                let upstreams = models.map {
                    RelayConfiguration.Upstream(name: "for-\($0)", baseURL: broken.baseURL, models: "[\($0)]")
                }
                try await RelayProcess.serving(
                    upstreams,
                    configure: { $0.moreSections += "\nrouting: { retries: { percent: 0, reserve: 1 }, circuit: { mode: off } }" }
                ) { relay in
                    let customer = try await relay.customer()
                    let body = "{\"models\": [\"gpt-5.2\", \"alias\"], \"messages\": [{\"role\": \"user\", \"content\": \"x\"}]}"
                    var attempts: [Int] = []
                    for _ in 0..<4 {
                        let answer = try await relay.post(body, customer)
                        #expect(answer.status == 502)
                        let receipt = try await relay.endedReceipt(try #require(answer.requestID))
                        attempts.append(receipt["attempts"].items.count)
                        #expect(receipt["attempts"][0]["model"].string == "gpt-5.2")
                    }
                    #expect(attempts == [2, 1, 1, 1])
                    #expect(try await broken.chatRequests() == 5)
                    try await relay.expectBalanced(customer)
                }
            }
        }

        @Test("an upstream whose name leads elsewhere is followed there, once its connections are old")
        func movedName() async throws {
            let folder = try TemporaryFolder()
            let (former, latter) = (try TemporaryFolder(), try TemporaryFolder())
            let old = try await SimulatorProcess.start(in: former.url.path)
            let new = try await SimulatorProcess.start(in: latter.url.path, host: "127.0.0.2", port: old.port)
            func point(to address: String) throws {
                try "\(address) upstream.test\n".write(toFile: folder.path("hosts"), atomically: true, encoding: .utf8)
            }
            try point(to: "127.0.0.1")
            let relay = try await RelayProcess(
                [.init(name: "named", baseURL: "http://upstream.test:\(old.port)/v1", models: "[gpt-5.2]")],
                limits: ["upstream_age": "1s"])
            // The names of this file are the process's own: the machine's are left alone.
            try await relay.start(environment: ["LD_PRELOAD": "libnss_wrapper.so", "NSS_WRAPPER_HOSTS": folder.path("hosts")])
            let customer = try await relay.customer()
            for _ in 0..<5 { #expect(try await relay.chat(Chat(), customer).status == 200) }
            #expect(try await old.chatRequests() == 5)
            #expect(try await new.chatRequests() == 0)
            try point(to: "127.0.0.2")
            try await eventually("the new place is called") {
                #expect(try await relay.chat(Chat(), customer).status == 200)
                return try await new.chatRequests() > 0 ? true : nil
            }
            // Connections to the old place end as they become too old: then nothing goes there any more.
            try await Task.sleep(for: .milliseconds(1_200))
            for _ in 0..<4 { #expect(try await relay.chat(Chat(), customer).status == 200) }
            let calls = try await old.chatRequests()
            for _ in 0..<10 { #expect(try await relay.chat(Chat(), customer).status == 200) }
            #expect(try await old.chatRequests() == calls)
            try await relay.expectBalanced(customer)
            await relay.stop()
            _ = await old.stop()
            _ = await new.stop()
        }
    }
}
