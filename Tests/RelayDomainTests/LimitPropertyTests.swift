import RelayTestKit
import Testing

@testable import RelayDomain

@Suite("Limits, against a naive model of the rules") struct LimitPropertyTests {
    private static let ledger = Ledger(catalogue: LimitScenario.catalogue)

    /// A world of its own: books, and the model beside them.
    private struct World {
        var books = Books()
        var rules = ReferenceRules(catalogue: LimitScenario.catalogue, keys: LimitScenario.wallets.flatMap(LimitScenario.keys))

        init() {
            for command in LimitScenario.setUp { _ = ledger.decide(command, in: &books) }
        }
    }

    /// Every code with which an admission can be refused here.
    private static let everyCode: Set<Refusal.Code> = [
        .ipNotAllowed, .modelNotFound, .modelNotAllowed, .noUpstreamAvailable, .rateLimitExceeded, .concurrencyLimitExceeded,
        .invalidRequest, .contextLengthExceeded, .highCostBudgetExhausted, .inputAllowanceExhausted, .outputAllowanceExhausted,
        .monthlyCapReached, .keyBudgetExhausted, .insufficientBalance,
    ]

    @Test("Each decision is the model's, no limit is ever passed, and a refusal changes nothing")
    func decisions() throws {
        let seeds = SeededGenerator()
        print("seed \(seeds.seed)")
        var codes: [Refusal.Code: Int] = [:]
        var admitted = 0
        for round in 0..<150 { try decide(round, seeds, &codes, &admitted) }
        #expect(Set(codes.keys) == Self.everyCode, "seed \(seeds.seed): \(codes)")
        #expect(admitted > 3_000, "seed \(seeds.seed)")
        let counts = codes.map { "\($0.rawValue) \($1)" }.sorted().joined(separator: ", ")
        print("\(admitted) admitted; refused: \(counts)")
    }

    private func decide(_ round: Int, _ seeds: SeededGenerator, _ codes: inout [Refusal.Code: Int], _ admitted: inout Int) throws {
        let hint: Comment = "seed \(seeds.seed), round \(round)"
        var scenario = LimitScenario(seeds.round(round))
        var world = World()
        for command in (0..<300).flatMap({ _ in scenario.next() }) {
            let before = world.books.wallets[command.account!]
            let keys = LimitScenario.wallets.flatMap(LimitScenario.keys).map { world.books.keys[$0.id] }
            let reply = Self.ledger.decide(command, in: &world.books)
            switch (command, reply) {
            case (.admit(let admission), .admitted(let grant)):
                let hold = grant.hold
                #expect(
                    world.rules.admit(admission) == .admitted(model: hold.model, limit: hold.maxOutputTokens, credits: hold.credits), hint)
                admitted += 1
            case (.admit(let admission), .refused(let refusal)):
                #expect(world.rules.admit(admission) == .refused(refusal.code), hint)
                codes[refusal.code, default: 0] += 1
            case (.admit(let admission), .countNeeded): #expect(world.rules.admit(admission) == .countNeeded, hint)
            case (.end(let ending), _): #expect(world.rules.end(ending) == reply.ended?.charged, hint)
            case (.createOrder(let order), _): world.rules.create(order)
            case (.confirmOrder(let confirmation), _): world.rules.confirm(confirmation)
            case (.setPlan(let account, let plan, let at), _): world.rules.setPlan(account, plan, at: at)
            default: Issue.record("\(command) was answered with \(reply)")
            }
            switch reply {
            case .refused, .countNeeded:
                #expect(world.books.wallets[command.account!] == before, hint)
                #expect(LimitScenario.wallets.flatMap(LimitScenario.keys).map { world.books.keys[$0.id] } == keys, hint)
            default: break
            }
            check(world, command.account!, hint)
        }
    }

    private func check(_ world: World, _ account: AccountID, _ hint: Comment) {
        let wallet = world.books.wallets[account]!
        var expected = world.rules.wallet(account)
        expected.rate = wallet.rate
        expected.highCostRate = wallet.highCostRate
        expected.lastTransfer = wallet.lastTransfer
        #expect(wallet == expected, hint)
        #expect(wallet.held >= .zero && wallet.held <= wallet.posted, hint)
        // A plan that an operator lowers within a month finds more used than it allows: the highest plan bounds all.
        let most = LimitScenario.catalogue.plan("high")!
        #expect(wallet.used.input + wallet.heldTokens.input <= most.allowances.input, hint)
        #expect(wallet.used.output + wallet.heldTokens.output <= most.allowances.output, hint)
        #expect(wallet.used.cachedRead <= most.allowances.cachedRead, hint)
        #expect(wallet.used.total + wallet.heldTokens.total <= most.capTokens, hint)
        #expect(wallet.highCostUsed + wallet.highCostHeld <= most.highCostBudget, hint)
        #expect(wallet.openHolds <= most.concurrency, hint)
        let times = world.rules.rateTimes(account)
        if let last = times.last { #expect(times.count { $0 > last - 60_000 } <= most.requestsPerMinute, hint) }
        for key in LimitScenario.keys(account.low) {
            let row = world.books.keys[key.id]!
            #expect(row.counters.openHolds <= key.policy.concurrency ?? .max && row.counters.openHolds >= 0, hint)
            if let budget = key.policy.monthlyBudget { #expect(row.counters.used + row.counters.held <= budget, hint) }
        }
    }

    @Test("Without an operator's hand no counter ever passes the allowance, the cap or the budget of its own plan", arguments: 0..<40)
    func ownPlan(round: Int) throws {
        let seeds = SeededGenerator()
        let hint: Comment = "seed \(seeds.seed), round \(round)"
        var scenario = LimitScenario(seeds.round(round))
        var world = World()
        for command in (0..<300).flatMap({ _ in scenario.next() }) {
            if case .setPlan = command { continue }
            _ = Self.ledger.decide(command, in: &world.books)
            let wallet = world.books.wallets[command.account!]!
            guard let plan = wallet.plan.flatMap(LimitScenario.catalogue.plan) else { continue }
            #expect(wallet.used.input + wallet.heldTokens.input <= plan.allowances.input, hint)
            #expect(wallet.used.output + wallet.heldTokens.output <= plan.allowances.output, hint)
            #expect(wallet.used.cachedRead <= plan.allowances.cachedRead, hint)
            #expect(wallet.used.total + wallet.heldTokens.total <= plan.capTokens, hint)
            #expect(wallet.highCostUsed + wallet.highCostHeld <= plan.highCostBudget, hint)
        }
    }
}
