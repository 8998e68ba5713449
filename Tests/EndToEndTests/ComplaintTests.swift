import Foundation
import NIOHTTP1
import RelayDomain
import RelayTestKit
import RelayTokenizer
import Testing

extension EndToEnd {
    /// What users of other relays complain about, each as a test: the names say where.
    ///
    /// Those that need a relay of their own have their tests where such a one is: `ConcurrentAdmissionTests`, `FailingDatabaseTests`,
    /// `MemoryTests`, `UpstreamFaultTests`.
    @Suite("Complaints about other relays")
    struct ComplaintTests {
        private static let figures = "prompt=10; cached=0; completion=5"
        private static let price = Credits(15)

        @Test("LiteLLM 27639, 26672: reservations leak until the budget is exceeded for ever. Here no failure leaves a hold open")
        func leakedReservations() async throws {
            let relay = try EndToEnd.relay
            // Enough for one hold at a time.
            let customer = try await relay.customer(credits: Credits(150))
            for fault in UpstreamFault.beforeContent where fault.model == "gpt-5.2" {
                let answer = try await relay.chat(fault.chat, customer)
                #expect(answer.status >= 500, "\(fault.directives): \(answer.text)")
                #expect(try await relay.idleWallet(customer.account)["available_credits"].credits == Credits(150))
            }
            #expect(try await relay.chat(Chat(directives: Self.figures), customer).status == 200)
            try await relay.expectReconciled()
        }

        @Test(
            "LiteLLM 20256, 39309, 1477: slots leak after timeouts, refusals burn the rate. Here a slot is its hold, and a refusal takes nothing"
        )
        func leakedSlots() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer(keyPolicy: ["concurrency": 1, "rpm": 5])
            let late = try await relay.chat(Chat(directives: "hang=head", model: "impatient"), customer)
            #expect(late.status == 504)
            for _ in 0..<10 {
                let refused = try await relay.chat(Chat(model: "no-such-model"), customer)
                #expect(refused.status == 404)
            }
            let answer = try await relay.chat(Chat(directives: Self.figures), customer)
            // The one that timed out was admitted; of the refusals nothing is seen.
            #expect(answer.status == 200 && answer.header("x-ratelimit-remaining-requests") == "3")
        }

        @Test(
            "llmgateway GHSA-724j-f2pf-phf7: hang up before the usage chunk, pay nothing. Here the answer is read on, and charged as reported"
        )
        func hangUpBeforeUsage() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let chat = Chat(directives: "\(Self.figures); chunks=8; chunk-delay=60", isStream: true)
            let port = relay.configuration.publicPort
            let body = chat.body
            try await blocking {
                let socket = try RawSocket(port: port)
                try socket.send(RawRequest.chat(body, key: customer.secret))
                var text = ""
                while !text.contains("\"content\":\"sim") { text += String(decoding: try socket.receive(), as: UTF8.self) }
                socket.reset()
            }
            let wallet = try await relay.idleWallet(customer.account)
            #expect(wallet["credits"].credits == customer.recharged - Self.price)
        }

        @Test(
            "new-api 5290, 4186, sub2api 4408: aborts are over-billed from local counts, even of error text. Here an estimate is the tokens delivered",
            arguments: ["chunks=40; error-after=7", "chunks=40; cut=7", "content=\"Zwölf Boxkämpfer jagen Viktor 你好世界 🎉🎉\"; cut=3"])
        func estimates(directives: String) async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let answer = try await relay.chat(Chat(directives: directives, isStream: true, maxTokens: 400), customer)
            #expect(answer.streamError != nil && !answer.content.isEmpty)
            let receipt = try await relay.endedReceipt(try #require(answer.requestID))
            let tokenizer = try Vocabulary.tokenizer()
            #expect(receipt["usage"]["source"].string == "estimated")
            #expect(receipt["usage"]["output"].int == Int64(tokenizer.count(answer.content)), "\(answer.content)")
            // What the simulated upstream reports for the same prompt when it does report.
            let whole = try await relay.chat(
                Chat(directives: directives.components(separatedBy: "; ")[0], isStream: true, maxTokens: 400), customer)
            let reported = try await relay.endedReceipt(try #require(whole.requestID))
            #expect(reported["usage"]["source"].string == "reported")
            let difference = tokenizer.count("; " + directives.components(separatedBy: "; ").dropFirst().joined(separator: "; "))
            let input = (receipt["usage"]["input"].int ?? 0) + (receipt["usage"]["cached_read"].int ?? 0)
            let expected = (reported["usage"]["input"].int ?? 0) + (reported["usage"]["cached_read"].int ?? 0) + Int64(difference)
            #expect(abs(input - expected) <= 2, "\(input), \(expected)")
            try await relay.expectBalanced(customer)
        }

        @Test(
            "LiteLLM 41344, agentgateway 1361: the budget is checked on the model asked for, not on the fallback that serves, and nobody sees it"
        )
        func fallbackBudget() async throws {
            let url = try EndToEnd.simulator.baseURL
            try await RelayProcess.serving([
                .init(name: "dead", baseURL: "http://127.0.0.1:\(try freePort())/v1", models: "[gpt-5.2]"),
                .init(name: "alive", baseURL: url, models: "[costly, alias]"),
            ]) { relay in
                let customer = try await relay.customer()
                let body = "{\"models\": [\"gpt-5.2\", \"costly\"], \"messages\": [{\"role\": \"user\", \"content\": \"x\"}]}"
                let calls = try await EndToEnd.simulator.chatRequests()
                let refused = try await relay.post(body, customer)
                #expect(refused.status == 503, "\(refused.text)")
                #expect(try await EndToEnd.simulator.chatRequests() == calls)
                let served = try await relay.post(body.replacing("costly", with: "alias"), customer)
                #expect(served.status == 200 && served.header("x-nexrelay-model") == "alias")
                #expect(served.json["model"].string == "alias")
            }
        }

        @Test(
            "Portkey 1797: a cut stream looks complete. Here it ends in an error, and in no [DONE]",
            arguments: ["chunks=9; cut=4", "chunks=9; cut=body"])
        func cutStream(directives: String) async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let answer = try await relay.chat(Chat(directives: directives, isStream: true), customer)
            #expect(answer.streamError?["code"].string == "upstream_error" && !answer.text.contains("[DONE]"))
            #expect(answer.streamError?.keys == ["message", "type", "param", "code"])
        }

        @Test(
            "Routstr 566, 682, eliza 11696: a sweep frees the holds of long streams, which end for free. Here only a dead process's holds expire"
        )
        func longStream() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let running = Task {
                try await relay.chat(Chat(directives: "\(Self.figures); chunks=30; chunk-delay=100", isStream: true), customer)
            }
            try await eventually("it runs") { try await relay.wallet(customer.account)["requests_in_flight"].int == 1 ? true : nil }
            relay.hangUp()
            try await relay.expectReconciled()
            let answer = try await running.value
            #expect(answer.isDone && answer.charged == Self.price)
        }

        @Test("promptfoo 10855, codex 6340: SDKs repeat a refusal for minutes. Here those that no repeat can mend say so")
        func uselessRetries() async throws {
            let relay = try EndToEnd.relay
            let poor = try await relay.customer(credits: Credits(1))
            let refused = try await relay.chat(Chat(), poor)
            #expect(refused.status == 402 && refused.header("x-should-retry") == "false")
        }
    }
}
