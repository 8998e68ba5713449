import RelayDomain
import Testing

extension EndToEnd {
    /// Many requests at once on one wallet that can pay for some of them.
    @Suite("Concurrent admission")
    struct ConcurrentAdmissionTests {
        private static let maxTokens: Int64 = 50
        private static let requests = 48

        /// A request whose charge is its hold, so that a settlement gives nothing back and it does not matter when it comes.
        /// - Parameter prompt: written with seven digits, so that every body has the same length and so the same hold.
        private func chat(prompt: Int64) -> Chat {
            let digits = String(String(prompt + 10_000_000).dropFirst())
            return Chat(directives: "prompt=\(digits); completion=\(Self.maxTokens); cached=0; delay=150", maxTokens: Int(Self.maxTokens))
        }

        /// What such a request holds: learned from a receipt.
        private func holdCredits() async throws -> Int64 {
            let relay = try EndToEnd.relay
            let answer = try await relay.chat(chat(prompt: 1), try await relay.customer())
            let held = try await relay.receipt(try #require(answer.requestID))["credits"]["held"].credits
            return try #require(held).thousandths / 1_000
        }

        @Test(
            "new-api 6609, 5690, one-api 2440: concurrent requests all pass the balance check. Here, on a balance of exactly k holds, k are admitted and the upstream sees k",
            arguments: [1, 17])
        func exactHolds(k: Int) async throws {
            let relay = try EndToEnd.relay
            let simulator = try EndToEnd.simulator
            let hold = try await holdCredits()
            let customer = try await relay.customer(credits: Credits(hold * Int64(k)))
            try await simulator.reset()
            let chat = chat(prompt: hold - Self.maxTokens)
            let answers = try await concurrently(Array(0..<Self.requests), width: Self.requests) { _ in try await relay.chat(chat, customer)
            }

            #expect(answers.filter { $0.status == 200 }.count == k)
            let refused = answers.filter { $0.status == 402 }
            #expect(refused.count == Self.requests - k)
            for answer in refused {
                #expect(answer.errorCode == "insufficient_balance")
                #expect(answer.remaining != nil)
                #expect(answer.header("x-should-retry") == "false")
            }
            #expect(try await simulator.chatRequests() == Int64(k))
            #expect(try await relay.idleWallet(customer.account)["credits"].credits == .zero)
            try await relay.expectBalanced(customer)
        }

        @Test("on a balance of k holds and a half, one more is admitted, with its output limited to what is left")
        func oneShorter() async throws {
            let relay = try EndToEnd.relay
            let simulator = try EndToEnd.simulator
            let k = 9
            let hold = try await holdCredits()
            let left = Self.maxTokens / 2
            let input = hold - Self.maxTokens
            let customer = try await relay.customer(credits: Credits(hold * Int64(k) + input + left))
            try await simulator.reset()
            let chat = chat(prompt: input)
            let answers = try await concurrently(Array(0..<Self.requests), width: Self.requests) { _ in try await relay.chat(chat, customer)
            }

            let admitted = answers.filter { $0.status == 200 }
            #expect(admitted.count == k + 1)
            #expect(answers.filter { $0.status == 402 }.count == Self.requests - k - 1)
            let limits = admitted.compactMap { $0.header("x-nexrelay-max-output-tokens") }
            #expect(limits == ["\(left)"])
            #expect(try await simulator.chatRequests() == Int64(k + 1))
            let sent = try await simulator.requests().compactMap { try JSON($0["body"].string ?? "")["max_tokens"].int }
            #expect(sent.sorted() == [left] + Array(repeating: Self.maxTokens, count: k))
            #expect(try await relay.idleWallet(customer.account)["credits"].credits == .zero)
            try await relay.expectBalanced(customer)
        }
    }
}
