import NIOHTTP1
import RelayDomain
import Testing

extension EndToEnd {
    /// Upstreams that fail in every way they know.
    @Suite("Upstream faults")
    struct UpstreamFaultTests {
        private func check(_ fault: UpstreamFault) async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let answer = try await relay.chat(fault.chat, customer)
            #expect(answer.isWhole)
            fault.end.check(answer)
            if answer.status == 200, !fault.directives.contains("tools"), !fault.directives.contains("chunks") {
                #expect(answer.content.hasPrefix("Hello from the simulated upstream."), "\(answer.text)")
            }
            let receipt = try await relay.endedReceipt(try #require(answer.requestID))
            fault.bill.check(receipt, attempt: 0)
            let credits = receipt["credits"]
            let (held, charged) = (try #require(credits["held"].credits), try #require(credits["charged"].credits))
            #expect(charged <= held)
            #expect(receipt["attempts"].items.count == 1)
            #expect(answer.header("x-nexrelay-attempts") == "1")
            if answer.status == 200, fault.end == .answer || fault.end == .answerWithoutDone {
                #expect(answer.charged == charged)
                #expect(answer.remaining == customer.recharged - charged)
            } else {
                #expect(answer.charged == nil)
            }
            try await relay.expectBalanced(customer)
        }

        @Test("before any content a fault is the relay's own error, and costs nothing", arguments: UpstreamFault.beforeContent)
        func beforeContent(_ fault: UpstreamFault) async throws { try await check(fault) }

        @Test(
            "after some content a fault ends the stream in an error event, and what was delivered is charged",
            arguments: UpstreamFault.afterContent)
        func afterContent(_ fault: UpstreamFault) async throws { try await check(fault) }

        @Test("oddities that harm nobody are charged exactly", arguments: UpstreamFault.harmless)
        func harmless(_ fault: UpstreamFault) async throws { try await check(fault) }

        @Test("usage beyond the hold is absorbed by the operator, not charged", arguments: [false, true])
        func overrun(isStream: Bool) async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let answer = try await relay.chat(
                Chat(directives: "prompt=10; cached=0; completion=64; usage=overrun", isStream: isStream, maxTokens: 64), customer)
            #expect(answer.status == 200)
            let credits = try await relay.receipt(try #require(answer.requestID))["credits"]
            let (charged, absorbed) = (try #require(credits["charged"].credits), try #require(credits["absorbed"].credits))
            #expect(charged == credits["held"].credits)
            // The simulator reports 1,000 tokens beyond the limit of 64.
            #expect(charged + absorbed == Credits(10 + 64 + 1_000))
            try await relay.expectBalanced(customer)
            try await relay.expectReconciled()
        }

        @Test("an upstream that never ends is ended by the relay: a plain answer at its size, a stream at its time")
        func neverEnds() async throws {
            let simulator = try EndToEnd.simulator
            try await RelayProcess.serving(
                [.init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2]")], limits: ["exchange": "2s", "answer": "64KiB"]
            ) { relay in
                let customer = try await relay.customer()
                let plain = try await relay.chat(Chat(directives: "never-end"), customer)
                #expect(plain.status == 502)
                #expect(plain.errorCode == "upstream_error")
                let voided = try await relay.endedReceipt(try #require(plain.requestID))
                #expect(voided["state"].string == "voided")
                let stream = try await relay.chat(Chat(directives: "never-end; chunk-delay=10; chunk-bytes=40", isStream: true), customer)
                #expect(stream.status == 200)
                #expect(stream.isWhole && !stream.text.contains("[DONE]"))
                #expect(stream.streamError?["code"].string == "upstream_timeout")
                let settled = try await relay.endedReceipt(try #require(stream.requestID))
                #expect(settled["usage"]["source"].string == "estimated")
                #expect(settled["credits"]["charged"].credits ?? .zero > .zero)
                try await relay.expectBalanced(customer)
                try await eventually("the upstream is let go") { try await simulator.counts()["in_flight"].int == 0 ? true : nil }
            }
        }

        @Test(
            "an upstream's refusal of the request passes as it came, and costs nothing", arguments: [400, 404, 409, 413, 415, 422],
            [false, true])
        func passedThrough(status: Int, isStream: Bool) async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let chat = Chat(directives: "status=\(status)", isStream: isStream)
            let answer = try await relay.chat(chat, customer)
            let direct = try await HTTP.send(.POST, try EndToEnd.simulator.baseURL + "/chat/completions", body: chat.body)
            #expect(answer.status == status)
            #expect(direct.status == status)
            #expect(answer.body == direct.body)
            #expect(answer.header("content-type") == direct.header("content-type"))
            let receipt = try await relay.endedReceipt(try #require(answer.requestID))
            #expect(receipt["state"].string == "voided")
            #expect(receipt["attempts"][0]["outcome"].string == "refused")
            #expect(receipt["attempts"][0]["status"].int == Int64(status))
            try await relay.expectBalanced(customer)
            #expect(try await relay.wallet(customer.account)["credits"].credits == customer.recharged)
        }

        @Test("what concerns the upstream's customer alone does not reach the relay's", arguments: [false, true])
        func upstreamHeaders(isStream: Bool) async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let chat = Chat(directives: "set-cookie", isStream: isStream)
            let direct = try await HTTP.send(.POST, try EndToEnd.simulator.baseURL + "/chat/completions", body: chat.body)
            let answer = try await relay.chat(chat, customer)
            for name in ["set-cookie", "openai-organization"] {
                #expect(direct.header(name) != nil, "the simulator does not send \(name), so nothing is proved")
                #expect(answer.header(name) == nil)
            }
            // The rate is the relay's own, and it has none of tokens.
            #expect(answer.headers["x-ratelimit-limit-requests"] == ["1000000000"])
            #expect(!answer.headers.keys.contains { $0.hasPrefix("x-ratelimit") && $0.hasSuffix("-tokens") })
            #expect(answer.headers["x-request-id"]?.count == 1)
            #expect(answer.requestID?.hasPrefix("req_") == true)
        }

        @Test(
            "a second upstream answers where the first fails, and the receipt tells of both",
            arguments: [
                ("second-after-500", "failed"), ("second-after-429", "rate_limited"), ("second-after-cut", "failed"),
                ("second-after-garbage", "malformed"), ("second-after-absent", "unreachable"),
            ], [false, true])
        func secondAttempt(first: (model: String, outcome: String), isStream: Bool) async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            // Without directives: they would concern both upstreams.
            let answer = try await relay.chat(Chat(model: first.model, isStream: isStream), customer)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.header("x-nexrelay-attempts") == "2")
            #expect(answer.header("x-nexrelay-model") == first.model)
            let receipt = try await relay.receipt(try #require(answer.requestID))
            #expect(receipt["attempts"].items.map { $0["outcome"].string } == [first.outcome, "answered"])
            #expect(receipt["attempts"].items.map { $0["upstream"].string }.last == "second")
            #expect(receipt["attempts"][0]["not_billed_because"].string != nil)
            #expect(receipt["attempts"][1]["not_billed_because"].isNull)
            let charged = try #require(receipt["credits"]["charged"].credits)
            #expect(charged == (try Pricing.cost(of: receipt)) && charged > .zero)
            #expect(receipt["usage"]["source"].string == "reported")
            try await relay.expectBalanced(customer)
        }
    }
}
