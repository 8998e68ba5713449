import Foundation
import RelayDomain
import RelayTestKit
import RelayTokenizer
import Testing

/// One figure of a plan's table.
enum PlanLimit: String, CaseIterable, Sendable {
    case inputAllowance, outputAllowance, cachedReads, cap, context, maxOutput, rate, concurrency, highCostBudget, ruleContext, ruleOutput,
        ruleRate, balance
}

extension EndToEnd {
    /// Each figure of the table of plans, on the real program: the last request that fits, and the first that does not.
    @Suite("Limits of the plans")
    struct PlanLimitTests {
        /// Input and output of a small request.
        private static let input: Int64 = 60
        private static let output: Int64 = 10

        private struct Row: Sendable {
            let plan: Plan
            let limit: PlanLimit
            let customer: Customer
        }

        @Test("the last request that fits is admitted, the first that does not is refused, and changes no column")
        func table() async throws {
            let tokenizer = try Vocabulary.tokenizer()
            let simulator = try EndToEnd.simulator
            let relay = try await RelayProcess(
                [
                    .init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2, gpt-5.3, gpt-5.4, gpt-5.5]")
                ], billing: ["on_disconnect": "cancel"]
            ) { $0.sellsBuiltIn = true }
            try await relay.start()
            var rows: [Row] = []
            for plan in Catalogue.builtInPlans {
                for limit in PlanLimit.allCases where plan.highCostRule != nil || !limit.rawValue.hasPrefix("rule") {
                    rows.append(Row(plan: plan, limit: limit, customer: try await relay.customer(plan: plan.id)))
                }
            }
            // The month's counters are brought to the edge of their limits while nobody serves.
            await relay.stop()
            try await WalletRow.change(rows.compactMap { row in Self.preparation(row).map { (row.customer.account, $0) } }, of: relay)
            try await relay.start()
            for row in rows { try await check(row, on: relay, tokenizer) }
            await relay.stop()
            #expect(rows.count == 13 + 2 * 10)
        }

        /// What brings the wallet to where one more request of `input` and `output` tokens just fits.
        private static func preparation(_ row: Row) -> String? {
            let plan = row.plan
            switch row.limit {
            case .inputAllowance: return "input_used = \(plan.allowances.input - input)"
            case .outputAllowance: return "output_used = \(plan.allowances.output - output)"
            case .cachedReads: return "cached_used = \(plan.allowances.cachedRead - 10)"
            case .cap: return "cached_used = \(plan.capTokens - input - output)"
            case .highCostBudget: return "high_cost_used = \((plan.highCostBudget - Credits(input + output)).thousandths)"
            case .balance: return "posted = \(Credits(input + output).thousandths)"
            case .context, .maxOutput, .rate, .concurrency, .ruleContext, .ruleOutput, .ruleRate: return nil
            }
        }

        private func check(_ row: Row, on relay: RelayProcess, _ tokenizer: Tokenizer) async throws {
            let plan = row.plan
            let resets = Timestamp(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1_000)).month.next.start.rfc3339
            func chat(_ input: Int64 = Self.input, _ output: Int64 = Self.output, _ model: String = "gpt-5.2", _ directives: String = "")
                -> Chat
            {
                Prompt.chat(tokens: input, output: Int(output), model: model, directives: directives, tokenizer)
            }
            func pair(
                _ last: Chat, then first: Chat? = nil, _ status: Int, _ code: String, param: String? = nil, _ words: String
            ) async throws {
                try await expectAdmitted(last, row, on: relay)
                try await expectRefused(first ?? last, row, on: relay, status, code, param, words)
            }
            let small = chat()
            switch row.limit {
            case .inputAllowance: try await pair(small, 429, "input_allowance_exhausted", resets)
            case .outputAllowance: try await pair(small, 429, "output_allowance_exhausted", resets)
            case .cap: try await pair(small, 429, "monthly_cap_reached", resets)
            case .highCostBudget:
                try await pair(chat(Self.input, Self.output, "gpt-5.5"), 429, "high_cost_budget_exhausted", resets)
                // A default route goes on without the model whose budget is gone.
                let answer = try await relay.chat(chat(Self.input, Self.output, "auto"), row.customer)
                #expect(answer.header("x-nexrelay-model") == plan.route.first { $0 != "gpt-5.5" })
            case .balance: try await pair(small, 402, "insufficient_balance", "Recharge the account")
            case .context:
                try await pair(
                    chat(plan.contextTokens - 1, 1), then: chat(plan.contextTokens, 1), 400, "context_length_exceeded", param: "messages",
                    "context")
            case .ruleContext:
                try await pair(
                    chat(7_999, 1, "gpt-5.5"), then: chat(8_000, 1, "gpt-5.5"), 400, "context_length_exceeded", param: "messages",
                    "8000 tokens here, input and output together")
            case .maxOutput: try await expectOutputLimit(plan.maxOutputTokens, "gpt-5.2", row, on: relay, tokenizer)
            case .ruleOutput: try await expectOutputLimit(512, "gpt-5.5", row, on: relay, tokenizer)
            case .ruleRate:
                for _ in 0..<2 { try await expectAdmitted(chat(Self.input, Self.output, "gpt-5.5"), row, on: relay) }
                try await expectRefused(
                    chat(Self.input, Self.output, "gpt-5.5"), row, on: relay, 429, "rate_limit_exceeded", "model", "2 requests a minute")
                try await expectAdmitted(small, row, on: relay)
            case .rate: try await expectRate(row, on: relay, small)
            case .concurrency: try await expectConcurrency(row, on: relay, tokenizer)
            case .cachedReads: try await expectCachedReads(row, on: relay, tokenizer)
            }
        }

        // MARK: What is seen

        private func expectAdmitted(_ chat: Chat, _ row: Row, on relay: RelayProcess) async throws {
            let answer = try await relay.chat(chat, row.customer)
            #expect(answer.status == 200, "\(row.plan.id) \(row.limit): \(answer.text.prefix(400))")
            #expect(answer.header("x-nexrelay-max-output-tokens") == nil, "\(row.plan.id) \(row.limit)")
        }

        private func expectRefused(
            _ chat: Chat, _ row: Row, on relay: RelayProcess, _ status: Int, _ code: String, _ param: String?, _ words: String
        ) async throws {
            let before = try await WalletRow.read(row.customer.account, of: relay)
            let answer = try await relay.chat(chat, row.customer)
            let name = "\(row.plan.id) \(row.limit)"
            #expect(answer.status == status && answer.errorCode == code, "\(name): \(answer.text.prefix(400))")
            let error = answer.json["error"]
            #expect(error["param"].string == param && error["message"].string?.contains(words) == true, "\(name): \(error.text)")
            let isRate = code == "rate_limit_exceeded" || code == "concurrency_limit_exceeded"
            let isQuota = status == 429 && !isRate || status == 402
            #expect(
                error["type"].string == (isQuota ? "insufficient_quota" : isRate ? "rate_limit_error" : "invalid_request_error"), "\(name)")
            #expect(answer.header("x-should-retry") == (isQuota ? "false" : nil), "\(name)")
            #expect((answer.header("retry-after") != nil) == isRate, "\(name)")
            #expect(answer.header("x-ratelimit-limit-requests") == "\(row.plan.requestsPerMinute)", "\(name)")
            #expect((answer.header("x-nexrelay-credits-remaining") != nil) == (status == 402), "\(name)")
            #expect(try await WalletRow.read(row.customer.account, of: relay) == before, "\(name) changed a column")
        }

        private func expectOutputLimit(
            _ limit: Int64, _ model: String, _ row: Row, on relay: RelayProcess, _ tokenizer: Tokenizer
        ) async throws {
            try await expectAdmitted(Prompt.chat(tokens: 60, output: Int(limit), model: model, tokenizer), row, on: relay)
            try await EndToEnd.simulator.reset()
            let answer = try await relay.chat(Prompt.chat(tokens: 60, output: Int(limit) + 1, model: model, tokenizer), row.customer)
            #expect(answer.status == 200 && answer.header("x-nexrelay-max-output-tokens") == "\(limit)", "\(row.plan.id) \(row.limit)")
            let sent = try await EndToEnd.simulator.requests().map { try JSON($0["body"].string ?? "")["max_tokens"].int }
            #expect(sent == [limit], "\(row.plan.id) \(row.limit)")
        }

        private func expectRate(_ row: Row, on relay: RelayProcess, _ chat: Chat) async throws {
            let limit = Int(row.plan.requestsPerMinute)
            // As many at once as the plan allows.
            let answers = try await concurrently(Array(0..<limit), width: min(8, Int(row.plan.concurrency))) { _ in
                try await relay.chat(chat, row.customer)
            }
            #expect(answers.allSatisfy { $0.status == 200 }, "\(row.plan.id)")
            let remaining = answers.compactMap { $0.header("x-ratelimit-remaining-requests") }.compactMap(Int.init)
            #expect(remaining.sorted() == Array(0..<limit), "\(row.plan.id)")
            #expect(answers.allSatisfy { $0.header("x-ratelimit-reset-requests")?.hasSuffix("s") == true })
            try await expectRefused(chat, row, on: relay, 429, "rate_limit_exceeded", nil, "\(limit) requests a minute")
            let refused = try await relay.chat(chat, row.customer)
            let wait = refused.header("retry-after").flatMap(Int.init) ?? 0
            #expect((1...60).contains(wait), "\(row.plan.id): \(wait)")
            #expect(refused.header("x-ratelimit-remaining-requests") == "0")
        }

        private func expectConcurrency(_ row: Row, on relay: RelayProcess, _ tokenizer: Tokenizer) async throws {
            let limit = Int(row.plan.concurrency)
            let slow = Prompt.chat(tokens: 60, output: 10, isStream: true, directives: "hang=1", tokenizer)
            let clients = try (0..<limit).map { _ in
                let socket = try RawSocket(port: relay.configuration.publicPort)
                try socket.send(RawRequest.chat(slow.body, key: row.customer.secret))
                return socket
            }
            try await eventually("all slots are taken") {
                try await relay.wallet(row.customer.account)["requests_in_flight"].int == Int64(limit) ? true : nil
            }
            let chat = Prompt.chat(tokens: 60, output: 10, tokenizer)
            try await expectRefused(
                chat, row, on: relay, 429, "concurrency_limit_exceeded", nil, "\(limit) requests at the same time")
            for client in clients { client.close() }
        }

        /// Beyond the allowance cached reads count as input, at their own price, and refuse nothing.
        private func expectCachedReads(_ row: Row, on relay: RelayProcess, _ tokenizer: Tokenizer) async throws {
            var chat = Prompt.chat(tokens: 60, output: 10, tokenizer)
            chat.directives = chat.directives.replacing("cached=0", with: "cached=25")
            // Of the same number of tokens.
            let input = Prompt.tokens("\(chat.text) [[simulate \(chat.directives)]]", tokenizer)
            for (input25, cached) in [(50, 10), (60, 0)] as [(Int64, Int64)] {
                let before = try await relay.wallet(row.customer.account)["meters"]
                let answer = try await relay.chat(chat, row.customer)
                #expect(answer.status == 200 && answer.charged == Credits(thousandths: 35_000 + 2_500 + 10_000), "\(row.plan.id) \(input)")
                let meters = try await relay.idleWallet(row.customer.account)["meters"]
                #expect((meters["input"]["used"].int ?? 0) - (before["input"]["used"].int ?? 0) == input25, "\(row.plan.id)")
                #expect((meters["cached_read"]["used"].int ?? 0) - (before["cached_read"]["used"].int ?? 0) == cached, "\(row.plan.id)")
                #expect(meters["cached_read"]["used"].int == row.plan.allowances.cachedRead)
            }
        }
    }
}
