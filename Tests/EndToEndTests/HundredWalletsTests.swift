import RelayDomain
import RelayTestKit
import Testing

extension EndToEnd {
    /// A hundred wallets, each with one narrow limit, and more requests at once than any of them takes.
    @Suite("A hundred wallets at their limits")
    struct HundredWalletsTests {
        private static let wallets = 100
        private static let requestsPerWallet = 30
        private static let width = 200
        private static let input: Int64 = 60
        private static let output: Int64 = 10
        private static var cost: Int64 { input + output }

        /// A limit, and how many of a wallet's requests fit within it.
        private enum Kind: CaseIterable, Sendable {
            case rate, balance, inputAllowance, outputAllowance, cap, highCostBudget, keyBudget, keyRate, nothing

            var fitting: Int64 {
                switch self {
                case .rate: 13
                case .balance: 7
                case .inputAllowance: 11
                case .outputAllowance: 9
                case .cap: 8
                case .highCostBudget: 6
                case .keyBudget: 5
                case .keyRate: 17
                case .nothing: Int64(requestsPerWallet)
                }
            }

            var code: String? {
                switch self {
                case .rate, .keyRate: "rate_limit_exceeded"
                case .balance: "insufficient_balance"
                case .inputAllowance: "input_allowance_exhausted"
                case .outputAllowance: "output_allowance_exhausted"
                case .cap: "monthly_cap_reached"
                case .highCostBudget: "high_cost_budget_exhausted"
                case .keyBudget: "key_budget_exhausted"
                case .nothing: nil
                }
            }

            var keyPolicy: JSON {
                switch self {
                case .keyBudget: ["monthly_budget_credits": JSON(integerLiteral: Int(fitting * cost))]
                case .keyRate: ["rpm": JSON(integerLiteral: Int(fitting))]
                default: [:]
                }
            }

            var plan: String { "kind-\(Self.allCases.firstIndex(of: self)!)" }

            var yaml: String {
                func limit(_ kind: Kind, _ figure: Int64) -> Int64 { self == kind ? figure * fitting : 1_000_000_000 }
                return """
                      \(plan):
                        price_usd: 1.00
                        credits: 1000000
                        allowances: { input: \(limit(.inputAllowance, input)), output: \(limit(.outputAllowance, output)), cached_read: 0 }
                        cap: \(limit(.cap, cost))
                        context: 1000000
                        max_output_tokens: 1000
                        rpm: \(limit(.rate, 1))
                        concurrency: 1000000
                        high_cost_budget_credits: \(limit(.highCostBudget, cost))
                        route: [gpt-5.2]
                    """
            }
        }

        @Test("as many requests are admitted as the arithmetic says, and the upstream sees no more")
        func counts() async throws {
            let tokenizer = try Vocabulary.tokenizer()
            let simulator = try EndToEnd.simulator
            let relay = try await RelayProcess([
                .init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2, costly]")
            ]) { $0.morePlans = Kind.allCases.map(\.yaml).joined(separator: "\n") }
            try await relay.start()
            var wallets: [(kind: Kind, customer: Customer)] = []
            for index in 0..<Self.wallets {
                let kind = Kind.allCases[index % Kind.allCases.count]
                let credits = kind == .balance ? Credits(kind.fitting * Self.cost) : nil
                wallets.append((kind, try await relay.customer(credits: credits, plan: kind.plan, keyPolicy: kind.keyPolicy)))
            }
            try await simulator.reset()
            var random = SeededGenerator()
            print("a hundred wallets: NEXRELAY_TEST_SEED=\(random.seed) repeats this")
            let jobs = (0..<Self.wallets).flatMap { Array(repeating: $0, count: Self.requestsPerWallet) }.shuffled(using: &random)
            let all = wallets
            // What is reported is what was held, so that it does not matter when a settlement comes.
            let cheap = Prompt.chat(tokens: Self.input, output: Int(Self.output), tokenizer)
            let costly = Prompt.chat(tokens: Self.input, output: Int(Self.output), model: "costly", tokenizer)
            let answers = try await concurrently(jobs, width: Self.width) { index in
                (index, try await relay.chat(all[index].kind == .highCostBudget ? costly : cheap, all[index].customer))
            }

            for (index, (kind, customer)) in wallets.enumerated() {
                let own = answers.filter { $0.0 == index }.map(\.1)
                #expect(own.filter { $0.status == 200 }.count == Int(kind.fitting), "\(kind) \(index)")
                #expect(Set(own.filter { $0.status != 200 }.compactMap(\.errorCode)) == Set([kind.code].compactMap(\.self)), "\(kind)")
                try await relay.expectBalanced(customer)
            }
            let admitted = wallets.reduce(0) { $0 + $1.kind.fitting }
            #expect(try await simulator.chatRequests() == admitted)
            print("a hundred wallets: \(admitted) of \(jobs.count) admitted")
            try await relay.expectReconciled()
            await relay.stop()
        }
    }
}
