import RelayDomain
import RelayTestKit
import Testing

extension EndToEnd {
    /// The books after a storm.
    @Suite("Mixed load")
    struct MixedLoadTests {
        private static let requests = 2_000
        private static let width = 64
        private static let wallets = 20

        @Test("after 2,000 mixed requests, a fifth of them with upstream faults, every balance is recharges less settled receipts")
        func balances() async throws {
            let relay = try EndToEnd.relay
            let simulator = try EndToEnd.simulator
            let generator = SeededGenerator()
            print("mixed load: NEXRELAY_TEST_SEED=\(generator.seed) repeats this")
            var load = MixedLoad(generator)
            var customers: [Customer] = []
            for _ in 0..<Self.wallets { customers.append(try await relay.customer()) }
            try await simulator.reset()

            let jobs = (0..<Self.requests).map { (customers[$0 % Self.wallets], load.next()) }
            let answers = try await concurrently(jobs, width: Self.width) { customer, job in
                try await relay.chat(job.chat, customer)
            }
            #expect(answers.count == Self.requests)
            #expect(answers.allSatisfy { $0.isWhole })
            #expect(Set(answers.compactMap(\.requestID)).count == Self.requests)

            let receipts = try await relay.balancedReceipts(customers)
            #expect(receipts.count == Self.requests)
            for receipt in receipts.values { try check(receipt) }
            for (answer, (_, (chat, isFaulty))) in zip(answers, jobs) {
                #expect(isFaulty || answer.status == 200, "\(chat.model) \(chat.directives): \(answer.text)")
                let receipt = try #require(receipts[answer.requestID ?? ""])
                if let charged = answer.charged {
                    #expect(charged == receipt["credits"]["charged"].credits, "\(chat.directives)")
                } else {
                    #expect(answer.status != 200 || answer.streamError != nil, "\(chat.directives)")
                }
                if answer.status != 200 { #expect(receipt["state"].string == "voided", "\(chat.directives)") }
            }
            let reported = receipts.values.filter { $0["state"].string == "settled" && $0["usage"]["source"].string == "reported" }.count
            let counts = try await simulator.counts()
            #expect(counts["answered"].int ?? 0 >= Int64(reported))
            #expect(reported > Self.requests / 2)
            try await eventually("the upstream has let go of all") { try await simulator.counts()["in_flight"].int == 0 ? true : nil }
            let faults = answers.filter { $0.status != 200 || $0.streamError != nil }.count
            print("mixed load: \(reported) settled by reported usage, \(faults) answered with an error")
            #expect(faults > Self.requests / 20)
            try await relay.expectReconciled()
        }

        /// The charge is the price of the receipt's own figures, or the hold where that is less.
        private func check(_ receipt: JSON) throws {
            let credits = receipt["credits"]
            let (held, charged) = (try #require(credits["held"].credits), try #require(credits["charged"].credits))
            let absorbed = try #require(credits["absorbed"].credits)
            guard receipt["state"].string == "settled" else {
                #expect(receipt["state"].string == "voided")
                #expect(charged == .zero && absorbed == .zero)
                return
            }
            let cost = try Pricing.cost(of: receipt)
            #expect(charged == min(cost, held), "\(receipt.text)")
            #expect(charged + absorbed == cost, "\(receipt.text)")
        }
    }
}
