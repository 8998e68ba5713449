import NIOHTTP1
import RelayDomain
import Testing

extension EndToEnd {
    /// What refusals and faults become in the official client, and how often it tries again.
    @Suite("Errors at the official client")
    struct ClientErrorTests {
        /// One of the metrics' samples; 0 where nothing was counted yet.
        private func refusals(_ code: String) async throws -> Int {
            let metrics = try await HTTP.send(.GET, try EndToEnd.relay.adminURL + "/metrics").text
            let line = metrics.split(separator: "\n").first { $0.hasPrefix("nexrelay_refusals_total{code=\"\(code)\"}") }
            return line.flatMap { $0.split(separator: " ").last }.flatMap { Int($0) } ?? 0
        }

        private func keys(good: Customer) async throws -> JSON {
            let relay = try EndToEnd.relay
            let suspended = try await relay.customer()
            _ = try await relay.adminJSON(.POST, "accounts/\(suspended.account)/suspend", ["reason": "test"])
            let customers = [
                "good": good, "poor": try await relay.customer(credits: Credits(thousandths: 500)), "suspended": suspended,
                "narrow": try await relay.customer(keyPolicy: ["models": ["alias"]]),
                "spent": try await relay.customer(keyPolicy: ["monthly_budget_credits": 1]),
                "slow": try await relay.customer(keyPolicy: ["rpm": 1]),
            ]
            return .object(customers.mapValues { .string($0.secret) })
        }

        @Test(
            "each has its own exception; a fault is tried three times, what no retry helps once; nothing of it is billed",
            arguments: [Location.PythonEnvironment.present, .old])
        func errors(environment: Location.PythonEnvironment) async throws {
            let relay = try EndToEnd.relay
            let good = try await relay.customer()
            let counted = ["insufficient_balance", "key_budget_exhausted", "upstream_error"]
            var before: [Int] = []
            for code in counted { before.append(try await refusals(code)) }
            let result = try await ClientScript.run(
                "errors.py", [relay.url + "/v1", try await keys(good: good).text], in: environment, folder: relay.folderPath)

            func expect(
                _ name: String, _ exception: String, _ status: Int64, _ code: String, asked: Int64 = 1,
                sourceLocation: SourceLocation = #_sourceLocation
            ) {
                let outcome = result[name]
                #expect(outcome["exception"].string == exception, "\(outcome.text)", sourceLocation: sourceLocation)
                #expect(outcome["status"].int == status, sourceLocation: sourceLocation)
                #expect(outcome["code"].string == code, sourceLocation: sourceLocation)
                #expect(outcome["asked"].int == asked, "\(name)", sourceLocation: sourceLocation)
                #expect(outcome["request_id"].string?.hasPrefix("req_") == true, sourceLocation: sourceLocation)
            }
            expect("wrong_key", "AuthenticationError", 401, "invalid_api_key")
            expect("no_balance", "APIStatusError", 402, "insufficient_balance")
            expect("suspended", "PermissionDeniedError", 403, "account_suspended")
            expect("model_not_allowed", "PermissionDeniedError", 403, "model_not_allowed")
            expect("no_model", "NotFoundError", 404, "model_not_found")
            expect("bad_request", "BadRequestError", 400, "invalid_request")
            expect("key_reused", "UnprocessableEntityError", 422, "idempotency_key_reused")
            expect("budget_used_up", "RateLimitError", 429, "key_budget_exhausted")
            expect("rate", "RateLimitError", 429, "rate_limit_exceeded")
            expect("upstream_fails", "InternalServerError", 502, "upstream_error", asked: 3)
            #expect(result["no_balance"]["should_retry"] == "false" && result["budget_used_up"]["should_retry"] == "false")
            #expect(result["budget_used_up"]["type"] == "insufficient_quota")
            #expect(result["bad_request"]["param"] == "max_tokens")
            #expect(result["rate"]["retry_after"].string.flatMap { Int($0) }.map { (1...61).contains($0) } == true)

            let broken = result["broken_stream"]
            #expect(broken["exception"] == "APIError" && broken["asked"] == 1, "\(broken.text)")
            #expect(broken["chunks"].int ?? 0 >= 5)

            // The relay's own count agrees with the clients'.
            for (index, times) in [1, 1, 3].enumerated() {
                let seen = try await eventually("\(counted[index]) is counted") {
                    let seen = try await refusals(counted[index]) - before[index]
                    return seen >= times ? seen : nil
                }
                #expect(seen == times, "\(counted[index])")
            }
            let receipts = try await relay.receipts(good.account).reversed() as [JSON]
            #expect(receipts.map { $0["state"] } == ["settled", "voided", "voided", "voided", "settled"])
            #expect(receipts.dropFirst().prefix(3).map { $0["client_retry_count"] } == [0, 1, 2])
            #expect(receipts.last?["usage"]["source"] == "estimated")
            try await relay.expectBalanced(good)
        }
    }
}
