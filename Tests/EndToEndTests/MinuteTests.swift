import Foundation
import NIOHTTP1
import RelayDomain
import RelayTestKit
import Testing

/// What is nothing but waiting. It takes a minute and no machine, and so runs beside the others.
@Suite("A minute later")
struct MinuteTests {
    @Test("a plan's rate that is used up is free again once the time has passed that the refusal told")
    func rate() async throws {
        let folder = try TemporaryFolder()
        let simulator = try await SimulatorProcess.start(in: folder.url.path)
        let plan = try #require(Catalogue.builtInPlans.first { $0.id == "starter" })
        try await RelayProcess.serving(
            [.init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2, gpt-5.3, gpt-5.4, gpt-5.5]")],
            configure: { $0.sellsBuiltIn = true }
        ) { relay in
            let customer = try await relay.customer(plan: plan.id)
            let chat = Chat(maxTokens: 10)
            for _ in 0..<plan.requestsPerMinute { #expect(try await relay.chat(chat, customer).status == 200) }
            let refused = try await relay.chat(chat, customer)
            #expect(refused.status == 429 && refused.errorCode == "rate_limit_exceeded", "\(refused.text)")
            let wait = try #require(refused.header("retry-after").flatMap(Int.init))
            try await Task.sleep(for: .seconds(wait))
            let answer = try await relay.chat(chat, customer)
            #expect(answer.status == 200, "\(answer.text)")
            try await relay.expectBalanced(customer)
        }
        #expect(await simulator.stop() == .code(0))
    }
}
