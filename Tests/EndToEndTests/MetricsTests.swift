import NIOHTTP1
import RelayDomain
import RelayTestKit
import Testing

extension EndToEnd {
    /// What the relay tells of itself.
    @Suite("Metrics")
    struct MetricsTests {
        private func samples(_ relay: RelayProcess) async throws -> [String: Double] {
            let answer = try await HTTP.send(.GET, relay.adminURL + "/metrics")
            #expect(answer.status == 200)
            #expect(answer.header("content-type") == "text/plain; version=0.0.4; charset=utf-8")
            var samples: [String: Double] = [:]
            for line in answer.text.split(separator: "\n") where !line.hasPrefix("#") {
                let at = try #require(line.lastIndex(of: " "))
                #expect(
                    samples.updateValue(try #require(Double(line[line.index(after: at)...])), forKey: String(line[..<at])) == nil, "\(line)"
                )
            }
            return samples
        }

        @Test("requests, refusals, attempts, tokens, credits, circuits and queues are counted, without a token and without a secret")
        func counted() async throws {
            let simulator = try EndToEnd.simulator
            try await RelayProcess.serving([
                .init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2]"),
                .init(name: "absent", baseURL: "http://127.0.0.1:\(try freePort())/v1", models: "[absent]"),
            ]) { relay in
                let customer = try await relay.customer()
                let poor = try await relay.customer(credits: Credits(1))
                for isStream in [false, true] {
                    #expect(
                        try await relay.chat(Chat(directives: "prompt=10; cached=4; completion=5", isStream: isStream), customer).status
                            == 200)
                }
                #expect(try await relay.chat(Chat(directives: "status=500"), customer).status == 502)
                #expect(try await relay.chat(Chat(), poor).status == 402)
                #expect(try await relay.chat(Chat(model: "absent"), customer).status == 503)
                #expect(try await HTTP.send(.POST, relay.url + "/v1/chat/completions", body: Chat().body).status == 401)
                // The last of them is counted right after its client has it.
                let all = try await eventually("all are counted") {
                    let all = try await samples(relay)
                    return all["nexrelay_request_seconds_count"] == 5 ? all : nil
                }
                func requests(_ model: String, _ status: Int) -> Double? {
                    all["nexrelay_requests_total{endpoint=\"/v1/chat/completions\",model=\"\(model)\",status=\"\(status)\"}"]
                }
                #expect(requests("gpt-5.2", 200) == 2 && requests("gpt-5.2", 502) == 1)
                #expect(requests("none", 402) == 1 && requests("absent", 503) == 1)
                #expect(all["nexrelay_refusals_total{code=\"insufficient_balance\"}"] == 1)
                #expect(all["nexrelay_refusals_total{code=\"upstream_error\"}"] == 1)
                #expect(all["nexrelay_refusals_total{code=\"invalid_api_key\"}"] == 1)
                #expect(all["nexrelay_attempts_total{outcome=\"answered\",upstream=\"main\"}"] == 2)
                #expect(all["nexrelay_attempts_total{outcome=\"failed\",upstream=\"main\"}"] == 1)
                #expect(all["nexrelay_attempts_total{outcome=\"unreachable\",upstream=\"absent\"}"] == 1)
                #expect(all["nexrelay_tokens_total{meter=\"input\"}"] == 12)
                #expect(all["nexrelay_tokens_total{meter=\"output\"}"] == 10)
                #expect(all["nexrelay_tokens_total{meter=\"cached_read\"}"] == 8)
                #expect(all["nexrelay_credits_charged_total"] == 22)
                #expect(all["nexrelay_circuit_state{model=\"gpt-5.2\",upstream=\"main\"}"] == 0)
                #expect(all["nexrelay_open_holds"] == 0 && all["nexrelay_open_exchanges"] == 0 && all["nexrelay_drains"] == 0)
                #expect(all["nexrelay_ledger_writable"] == 1 && all["nexrelay_ledger_queued_commands"] == 0)
                #expect(all["nexrelay_ledger_batch_commands_count"] ?? 0 >= 8)
                #expect(all["nexrelay_ledger_commit_seconds_count"] == all["nexrelay_ledger_batch_commands_count"])
                #expect(all.keys.contains { $0.hasPrefix("nexrelay_build_info{version=") })
                let text = try await HTTP.send(.GET, relay.adminURL + "/metrics").text
                for secret in [customer.secret, customer.account, relay.adminToken, RelayConfiguration.Upstream.key] {
                    #expect(!text.contains(secret))
                }
                // The public listener has none.
                #expect(try await HTTP.send(.GET, relay.url + "/metrics").status == 404)
            }
        }

        @Test("what is open is seen while it is, and gone afterwards")
        func gauges() async throws {
            let simulator = try EndToEnd.simulator
            try await RelayProcess.serving([.init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2]")]) { relay in
                let customer = try await relay.customer()
                let running = Task { try await relay.chat(Chat(directives: "delay=1500"), customer) }
                try await eventually("it is seen") {
                    let all = try await samples(relay)
                    return all["nexrelay_open_holds"] == 1 && all["nexrelay_open_exchanges"] == 1 && all["nexrelay_connections"] ?? 0 >= 1
                        ? true : nil
                }
                #expect(try await running.value.status == 200)
                try await eventually("it is gone") {
                    let all = try await samples(relay)
                    return all["nexrelay_open_holds"] == 0 && all["nexrelay_open_exchanges"] == 0 ? true : nil
                }
            }
        }
    }
}
