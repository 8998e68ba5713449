import Testing

@testable import RelayDomain

@Suite("Models of a route") struct RouteAdmissionTests {
    private static let auto = ModelRequest.automatic(isNamed: true)

    private static func fixture(
        _ plan: String, policy: KeyPolicy = KeyPolicy(), models: [Model] = Catalogue.builtInModels,
        _ change: (inout Wallet) -> Void = { _ in }
    ) -> LedgerFixture {
        var fixture = LedgerFixture(credits: Credits(90_000_000), plan: plan, policy: policy, models: models)
        var wallet = fixture.wallet
        change(&wallet)
        fixture.books.wallets.update(fixture.account, wallet)
        return fixture
    }

    @Test("A high-cost model whose budget is gone drops out of a default route, and refuses where it was named")
    func budget() throws {
        var fixture = Self.fixture(
            "business",
            models: Catalogue.builtInModels.filter { $0.name != "gpt-5.4" } + [
                Model(name: "gpt-5.4", contextTokens: 50)
            ]
        ) { $0.highCostUsed = Credits(35_000_000) }
        // gpt-5.4 has too short a context here, gpt-5.5 no budget: gpt-5.3 is next.
        let automatic = fixture.request(model: Self.auto)
        #expect(try fixture.admit(automatic).get().hold.model == "gpt-5.3")
        let named = fixture.request(model: .named("gpt-5.5"))
        let refusal = fixture.admit(named).error
        #expect(refusal?.code == .highCostBudgetExhausted && refusal?.shouldRetry == false)
        #expect(refusal?.message.contains("2026-12-01T00:00:00.000Z") == true)
        let listed = fixture.request(model: .fallback(["gpt-5.5", "gpt-5.2"]))
        #expect(try fixture.admit(listed).get().hold.model == "gpt-5.2")
    }

    @Test("Above the rule's rate a named model is refused with the true wait, and a route goes on to its next model")
    func ruleRate() throws {
        var fixture = Self.fixture("starter")
        for _ in 0..<2 {
            let request = fixture.request(model: .named("gpt-5.5"))
            #expect(try fixture.admit(request).get().hold.model == "gpt-5.5")
            _ = fixture.end(request.request, .void)
        }
        let third = fixture.request(model: .named("gpt-5.5"), at: LedgerFixture.start.adding(milliseconds: 500))
        let refusal = try #require(fixture.admit(third).error)
        #expect(refusal.code == .rateLimitExceeded && refusal.param == "model" && refusal.retryAfterSeconds == 60)
        #expect(refusal.shouldRetry == nil && refusal.type == "rate_limit_error")
        let listed = fixture.request(model: .fallback(["gpt-5.5", "gpt-5.4"]))
        #expect(try fixture.admit(listed).get().hold.model == "gpt-5.4")
        _ = fixture.end(listed.request, .void)
        let later = fixture.request(model: .named("gpt-5.5"), at: LedgerFixture.start.adding(milliseconds: 60_500))
        #expect(try fixture.admit(later).get().hold.model == "gpt-5.5")
    }

    @Test("The refusal is of the model that came furthest, and of the first of those that came as far")
    func furthest() throws {
        let models = [Model(name: "gpt-5.2", contextTokens: 50), Model(name: "gpt-5.3"), Model(name: "gpt-5.4"), Model(name: "gpt-5.5")]
        var fixture = Self.fixture("pro", models: models) { $0.posted = Credits(10) }
        let request = fixture.request(model: .fallback(["gpt-5.2", "gpt-5.3", "gpt-5.4"]))
        #expect(fixture.admit(request).error?.code == .insufficientBalance)
        let short = fixture.request(model: .fallback(["gpt-5.2"]))
        #expect(fixture.admit(short).error?.code == .contextLengthExceeded)
    }

    @Test("A key may fall back from a named model to the plan's route, in its order, without those that it may not use")
    func fallback() throws {
        let models = [Model(name: "gpt-5.2"), Model(name: "gpt-5.3"), Model(name: "gpt-5.4", contextTokens: 50), Model(name: "gpt-5.5")]
        var strict = Self.fixture("pro", models: models)
        let refused = strict.request(model: .named("gpt-5.4"))
        #expect(strict.admit(refused).error?.code == .contextLengthExceeded)
        var free = Self.fixture("pro", policy: KeyPolicy(fallsBack: true), models: models)
        let swapped = free.request(model: .named("gpt-5.4"))
        let hold = try free.admit(swapped).get().hold
        #expect(hold.model == "gpt-5.3" && hold.requestedModel == "gpt-5.4")
        var narrow = Self.fixture("pro", policy: KeyPolicy(models: ["gpt-5.4", "gpt-5.2"], fallsBack: true), models: models)
        let allowed = narrow.request(model: .named("gpt-5.4"))
        #expect(try narrow.admit(allowed).get().hold.model == "gpt-5.2")
        let forbidden = narrow.request(model: .named("gpt-5.3"))
        #expect(try narrow.admit(forbidden).get().hold.model == "gpt-5.2")
    }

    @Test("Of a list, those that the key may not use are passed over; a name that does not exist is refused")
    func lists() throws {
        var fixture = Self.fixture("pro", policy: KeyPolicy(models: ["gpt-5.3"]))
        let passed = fixture.request(model: .fallback(["gpt-5.2", "gpt-5.3"]))
        #expect(try fixture.admit(passed).get().hold.model == "gpt-5.3")
        let none = fixture.request(model: .fallback(["gpt-5.2", "gpt-5.4"]))
        #expect(fixture.admit(none).error?.code == .modelNotAllowed)
        let mistyped = fixture.request(model: .fallback(["gpt-5.3", "gtp-5.3"]))
        #expect(fixture.admit(mistyped).error?.code == .modelNotFound)
        var nothing = Self.fixture("pro", policy: KeyPolicy(models: ["gpt-5.3"]), models: [Model(name: "gpt-5.2")])
        let automatic = nothing.request(model: Self.auto)
        #expect(nothing.admit(automatic).error?.code == .modelNotAllowed)
    }

    @Test("A bound that does not decide is enough; one that would refuse or shorten asks for the count, and changes nothing")
    func countNeeded() throws {
        func reply(_ input: Int64, _ plan: String = "starter", isFinal: Bool = false, output: Int64? = nil) -> Reply {
            var fixture = Self.fixture(plan)
            let request = fixture.request(input: input, output: output, isFinal: isFinal)
            let before = fixture.wallet
            let reply = fixture.ledger.decide(.admit(request), in: &fixture.books)
            if case .countNeeded = reply { #expect(fixture.wallet == before && fixture.books.openedHolds.isEmpty) }
            return reply
        }
        func needsCount(_ reply: Reply) -> Bool { if case .countNeeded = reply { true } else { false } }
        #expect(!needsCount(reply(31_000)))
        if case .countNeeded(let limit) = reply(32_000) { #expect(limit == 32_000, "no more need be counted than the context") }
        #expect(needsCount(reply(31_001)), "the answer would be one token shorter")
        #expect(!needsCount(reply(31_001, output: 999)))
        #expect(needsCount(reply(32_000)), "the context would be exceeded")
        #expect(reply(32_000, isFinal: true).refusal?.code == .contextLengthExceeded)
        var poor = Self.fixture("starter") { $0.posted = Credits(2_000) }
        let dear = poor.request(input: 5_000, output: 10, isFinal: false)
        #expect(needsCount(poor.ledger.decide(.admit(dear), in: &poor.books)))
        // A bound that would leave others too little is not good enough, though it fits.
        var small = Self.fixture("starter") { $0.posted = Credits(64 * 5_010) }
        let fits = small.request(input: 5_000, output: 10, isFinal: false)
        #expect(!needsCount(small.ledger.decide(.admit(fits), in: &small.books)))
        let next = small.request(input: 5_000, output: 10, isFinal: false)
        #expect(needsCount(small.ledger.decide(.admit(next), in: &small.books)))
        // What no count can change is refused at once.
        var used = Self.fixture("starter") { $0.used.output = 600_000 }
        let spent = used.request(input: 5_000, output: 10, isFinal: false)
        #expect(used.ledger.decide(.admit(spent), in: &used.books).refusal?.code == .outputAllowanceExhausted)
    }
}
