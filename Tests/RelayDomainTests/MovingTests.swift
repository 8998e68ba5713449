import RelayDomain
import Testing

@testable import RelayDomain

@Suite("A hold that moves along its route") struct MovingTests {
    private static let list = ModelRequest.fallback(["gpt-5.2", "gpt-5.5", "gpt-5.3"])

    private func fixture(credits: Int64 = 1_000_000, plan: String = "starter") -> LedgerFixture {
        LedgerFixture(credits: Credits(credits), plan: plan)
    }

    private func move(_ fixture: inout LedgerFixture, _ request: AdmissionRequest, to models: [String]) -> Reply {
        fixture.ledger.decide(.move(HoldMove(request, to: models)), in: &fixture.books)
    }

    @Test("The grant names what is left of the route behind the model that is held for")
    func further() throws {
        var fixture = fixture(plan: "pro")
        let named = fixture.request(model: Self.list)
        #expect(try fixture.admit(named).get().furtherModels == ["gpt-5.5", "gpt-5.3"])
        let route = fixture.request(model: .automatic(isNamed: true))
        #expect(try fixture.admit(route).get().furtherModels == ["gpt-5.2", "gpt-5.4", "gpt-5.5"])
        let one = fixture.request(model: .named("gpt-5.4"))
        #expect(try fixture.admit(one).get().furtherModels.isEmpty)
    }

    @Test("It takes the limits of the new model and gives back the old hold; one place in flight and one in the rate stay taken")
    func limits() throws {
        var fixture = fixture()
        let request = fixture.request(input: 100, output: 900, model: Self.list)
        let old = try fixture.admit(request).get()
        #expect(old.hold.maxOutputTokens == 900)
        guard case .admitted(let new) = move(&fixture, request, to: old.furtherModels) else {
            Issue.record("not moved")
            return
        }
        // Starter's rule for high-cost models.
        #expect(new.hold.model == "gpt-5.5" && new.hold.maxOutputTokens == 512 && new.hold.isHighCost)
        #expect(new.hold.request == request.request && new.furtherModels == ["gpt-5.3"])
        #expect(fixture.wallet.held == new.hold.credits && fixture.wallet.openHolds == 1)
        #expect(fixture.wallet.heldTokens == new.hold.tokens && fixture.wallet.highCostHeld == new.hold.credits)
        #expect(fixture.wallet.rate.status(of: 20, at: LedgerFixture.start).used == 1)
        #expect(fixture.wallet.highCostRate.status(of: 2, at: LedgerFixture.start).used == 1)
        let ended = try #require(
            fixture.end(request.request, .settle(ReportedUsage(prompt: 100, completion: 500).usage)).ended)
        #expect(ended.charged == Credits(600))
        #expect(fixture.wallet.held == .zero && fixture.wallet.highCostUsed == Credits(600) && fixture.wallet.openHolds == 0)
        #expect(fixture.books.receipts.map(\.hold.model) == ["gpt-5.5"])
    }

    @Test(
        "The high-cost rules hold for the model that is really called: one that they refuse is passed by, and a list of them alone refuses")
    func highCostRules() throws {
        var fixture = fixture()
        for _ in 0..<2 { _ = try fixture.admit(fixture.request(model: .named("gpt-5.5"))).get() }
        fixture.books.wallets.update(
            fixture.account,
            {
                var wallet = fixture.wallet
                wallet.openHolds = 0
                return wallet
            }())
        let request = fixture.request(model: Self.list)
        let before = try fixture.admit(request).get()
        let wallet = fixture.wallet
        #expect(move(&fixture, request, to: ["gpt-5.5"]).refusal?.code == .rateLimitExceeded)
        #expect(fixture.wallet == wallet)
        #expect(fixture.books.holds[request.request] == before.hold)
        guard case .admitted(let grant) = move(&fixture, request, to: ["gpt-5.5", "gpt-5.3"]) else {
            Issue.record("not moved")
            return
        }
        #expect(grant.hold.model == "gpt-5.3")
    }

    @Test("Only an open hold of the same account moves")
    func guarded() throws {
        var fixture = fixture()
        let request = fixture.request(model: Self.list)
        #expect(move(&fixture, request, to: ["gpt-5.3"]).refusal?.code == .notFound)
        _ = try fixture.admit(request).get()
        _ = fixture.end(request.request, .void)
        #expect(move(&fixture, request, to: ["gpt-5.3"]).refusal?.code == .notFound)
    }

    @Test("Models that no upstream can be called for are passed by, and a named one is refused with the time to wait")
    func unavailable() throws {
        var fixture = fixture()
        var request = fixture.request(model: Self.list)
        request.unavailable = ["gpt-5.2": 1_200, "gpt-5.5": 10]
        #expect(try fixture.admit(request).get().hold.model == "gpt-5.3")
        var named = fixture.request(model: .named("gpt-5.2"))
        named.unavailable = ["gpt-5.2": 1_200]
        let refusal = try #require(fixture.admit(named).error)
        #expect(refusal.code == .noUpstreamAvailable && refusal.retryAfterSeconds == 2)
    }
}
