import Foundation
import NIOHTTP1
import RelayDomain
import RelayTestKit
import Testing

extension EndToEnd {
    /// Requests that carry an `Idempotency-Key`.
    @Suite("Idempotency keys")
    struct IdempotencyTests {
        private static let figures = "prompt=10; cached=4; completion=5"
        private static let price = Credits(thousandths: 11_400)

        private func send(_ chat: Chat, _ customer: Customer, key: String, relay: RelayProcess? = nil) async throws -> Answer {
            try await (relay ?? EndToEnd.relay).chat(chat, customer, headers: ["idempotency-key": key])
        }

        /// A stream without the relay's closing comment, which tells of the one request.
        private func withoutComment(_ answer: Answer) -> [String] {
            answer.text.components(separatedBy: "\n").filter { !$0.hasPrefix(": nexrelay ") }
        }

        @Test("a repeat gets the stored answer byte for byte, streamed if it was, and costs nothing", arguments: [false, true])
        func replay(isStream: Bool) async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let chat = Chat(directives: Self.figures, model: "alias", isStream: isStream)
            let first = try await send(chat, customer, key: "a key, with spaces")
            #expect(first.status == 200 && first.charged == Self.price && first.header("x-nexrelay-replayed") == nil)
            let calls = try await EndToEnd.simulator.chatRequests()
            let second = try await send(chat, customer, key: "a key, with spaces")
            #expect(try await EndToEnd.simulator.chatRequests() == calls)
            #expect(second.status == 200 && second.isWhole)
            if isStream {
                #expect(withoutComment(second) == withoutComment(first))
                #expect(second.isDone)
            } else {
                #expect(second.body == first.body)
            }
            #expect(second.header("content-type") == first.header("content-type"))
            #expect(second.header("x-nexrelay-replayed") == "true")
            #expect(second.header("x-nexrelay-model") == "alias")
            #expect(second.charged == .zero && second.remaining == customer.recharged - Self.price)
            #expect(second.requestID != first.requestID)
            let receipt = try await relay.receipt(try #require(second.requestID))
            #expect(receipt["replayed_from"].string == first.requestID && receipt["idempotency_key"].string == "a key, with spaces")
            #expect(receipt["credits"]["charged"].credits == .zero && receipt["state"].string == "settled")
            let original = try await relay.receipt(try #require(first.requestID))
            #expect(original["idempotency_key"].string == "a key, with spaces" && original["replayed_from"].isNull)
            try await relay.expectBalanced(customer)
            #expect(try await relay.wallet(customer.account)["credits"].credits == customer.recharged - Self.price)
            try await relay.expectReconciled()
        }

        @Test("of many first requests at once exactly one runs; the others are told to ask again, and then get its answer")
        func race() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let chat = Chat(directives: "\(Self.figures); delay=500")
            let calls = try await EndToEnd.simulator.chatRequests()
            let answers = try await concurrently(Array(0..<20), width: 20) { _ in try await send(chat, customer, key: "race") }
            #expect(try await EndToEnd.simulator.chatRequests() == calls + 1)
            let refused = answers.filter { $0.status == 409 }
            #expect(refused.count == 19)
            #expect(refused.allSatisfy { $0.errorCode == "request_in_progress" && $0.header("retry-after") == "1" })
            let later = try await send(chat, customer, key: "race")
            #expect(later.status == 200 && later.header("x-nexrelay-replayed") == "true")
            #expect(later.body == answers.first { $0.status == 200 }?.body)
            #expect(try await relay.wallet(customer.account)["credits"].credits == customer.recharged - Self.price)
        }

        @Test("another body, or another byte of it, is 422; another account may use the same key")
        func otherBody() async throws {
            let relay = try EndToEnd.relay
            let (one, two) = (try await relay.customer(), try await relay.customer())
            let chat = Chat(directives: Self.figures)
            let first = try await send(chat, one, key: "k")
            #expect(first.status == 200)
            let spaced = try await relay.post(chat.body + " ", one, headers: ["idempotency-key": "k"])
            #expect(spaced.status == 422 && spaced.errorCode == "idempotency_key_reused")
            let other = try await send(chat, two, key: "k")
            #expect(other.status == 200 && other.header("x-nexrelay-replayed") == nil && other.charged == Self.price)
        }

        @Test(
            "after a failure, a refusal or half an answer the key is free",
            arguments: [("status=500", false), ("status=400", false), ("chunks=6; cut=2", true)])
        func free(directives: String, isStream: Bool) async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let failed = try await send(Chat(directives: directives, isStream: isStream), customer, key: "free")
            #expect(failed.status != 200 || failed.streamError != nil)
            let next = try await send(Chat(directives: Self.figures), customer, key: "free")
            #expect(next.status == 200 && next.header("x-nexrelay-replayed") == nil)
            let poor = try await relay.customer(credits: Credits(1))
            #expect(try await send(Chat(directives: Self.figures), poor, key: "poor").status == 402)
            _ = try await relay.adminJSON(.POST, "wallets/\(poor.account)/adjust", ["credits": "1000", "reason": "test"])
            #expect(try await send(Chat(directives: Self.figures, text: "Other."), poor, key: "poor").status == 200)
        }

        @Test("an answer that is too large to keep is never run again", arguments: [false, true])
        func tooLarge(isStream: Bool) async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer(plan: "large")
            let chat = Chat(
                directives: "\(Self.figures); chunks=80; chunk-bytes=16384; ignore-limit", isStream: isStream)
            let first = try await send(chat, customer, key: "large")
            #expect(first.status == 200 && first.body.count > 1 << 20)
            let calls = try await EndToEnd.simulator.chatRequests()
            let second = try await send(chat, customer, key: "large")
            #expect(second.status == 409 && second.errorCode == "response_not_stored")
            #expect(second.header("x-should-retry") == "false")
            #expect(try await EndToEnd.simulator.chatRequests() == calls)
            try await relay.expectBalanced(customer)
        }

        @Test("a client that left before its answer finds it again, and has paid once")
        func leftAndCame() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let chat = Chat(directives: "\(Self.figures); delay=600", isStream: true)
            let port = relay.configuration.publicPort
            let body = chat.body
            try await blocking {
                let socket = try RawSocket(port: port)
                try socket.send(RawRequest.chat(body, key: customer.secret, headers: "idempotency-key: left\r\n"))
                Thread.sleep(forTimeInterval: 0.3)
                socket.reset()
            }
            let answer = try await eventually("the answer is there") {
                let answer = try await send(chat, customer, key: "left")
                return answer.status == 409 ? nil : answer
            }
            #expect(answer.status == 200 && answer.header("x-nexrelay-replayed") == "true" && answer.isDone)
            #expect(answer.content.hasPrefix("Hello from the simulated upstream."), "\(answer.text)")
            #expect(try JSON(answer.events[0])["choices"][0]["delta"]["role"].string == "assistant")
            #expect(try await relay.wallet(customer.account)["credits"].credits == customer.recharged - Self.price)
        }

        @Test("keys that are no keys are refused before anything is held", arguments: ["", "ü", String(repeating: "k", count: 256)])
        func badKeys(key: String) async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let chat = Chat(directives: Self.figures)
            let port = relay.configuration.publicPort
            let response = try await blocking {
                let socket = try RawSocket(port: port)
                try socket.send(RawRequest.chat(chat.body, key: customer.secret, headers: "idempotency-key: \(key)\r\n"))
                return try socket.response()
            }
            #expect(response.status == 400)
            #expect(try await send(chat, customer, key: String(repeating: "k", count: 255)).status == 200)
            #expect(try await relay.receipts(customer.account).count == 1)
        }

        @Test("answers outlive a restart, a crash frees the keys of what ran, and no answer stands in the files in the clear")
        func restart() async throws {
            let simulator = try EndToEnd.simulator
            let relay = try await RelayProcess([.init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2]")])
            try await relay.start()
            let customer = try await relay.customer()
            let secretWords = "zanzibar quagmire \(UUID().uuidString)"
            let chat = Chat(directives: "\(Self.figures); content=\"\(secretWords)\"")
            let first = try await send(chat, customer, key: "kept", relay: relay)
            #expect(first.status == 200 && first.content.contains("zanzibar"), "\(first.text)")
            let slow = Chat(directives: "\(Self.figures); delay=60000")
            let running = Task { try? await send(slow, customer, key: "running", relay: relay) }
            try await eventually("it runs") {
                try await relay.wallet(customer.account)["requests_in_flight"].int == 1 ? true : nil
            }
            #expect(try await send(slow, customer, key: "running", relay: relay).errorCode == "request_in_progress")
            await relay.kill()
            _ = await running.value
            #expect(try await relay.database.contains(customer.account), "the search finds nothing at all")
            for words in ["zanzibar", "chat.completion"] { #expect(try await !relay.database.contains(words), "\(words)") }
            try await relay.start()
            let again = try await send(chat, customer, key: "kept", relay: relay)
            #expect(again.body == first.body && again.header("x-nexrelay-replayed") == "true")
            let freed = try await relay.afterLease("the key of what ran is free") {
                let answer = try await send(Chat(directives: Self.figures), customer, key: "running", relay: relay)
                // Until then it stands for the other body.
                return answer.errorCode == "idempotency_key_reused" ? nil : answer
            }
            #expect(freed.status == 200 && freed.header("x-nexrelay-replayed") == nil)
            try await relay.expectBalanced(customer)
            try await relay.expectReconciled()
            await relay.stop()
        }
    }
}
