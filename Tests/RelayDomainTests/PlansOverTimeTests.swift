import Testing

@testable import RelayDomain

@Suite("Plans over time") struct PlansOverTimeTests {
    private static let november = LedgerFixture.start
    private static let december = Timestamp(rfc3339: "2026-12-01T00:00:00Z")!

    /// Recharges with a plan, and tells the plan that holds then and the one of the next month.
    private func recharge(_ fixture: inout LedgerFixture, _ plan: String, at time: Timestamp = november) -> [String?] {
        let id = OrderID(high: 5, low: fixture.nextRequest)
        fixture.nextRequest += 1
        let order = RechargeOrder(id: id, account: fixture.account, plan: plan, price: Credits(9), credits: Credits(9), createdAt: time)
        _ = fixture.ledger.decide(.createOrder(order), in: &fixture.books)
        let confirmation = OrderConfirmation(order: id, account: fixture.account, note: "n", transaction: nil, at: time)
        #expect(fixture.ledger.decide(.confirmOrder(confirmation), in: &fixture.books).order?.state == .credited)
        return [fixture.wallet.plan, fixture.wallet.nextPlan]
    }

    @Test("The first plan and a higher one hold at once, a lower one from the next month on; each adds its credits")
    func order() {
        var fixture = LedgerFixture(credits: .zero, plan: nil)
        #expect(recharge(&fixture, "starter") == ["starter", nil])
        #expect(recharge(&fixture, "business") == ["business", nil])
        #expect(recharge(&fixture, "pro") == ["business", "pro"])
        #expect(recharge(&fixture, "starter") == ["business", "starter"])
        #expect(fixture.wallet.posted == Credits(36))
        let december = fixture.wallet.rolled(to: Self.december.month)
        #expect(december.plan == "starter" && december.nextPlan == nil)
        // The month may begin with a recharge: then the plan that was bought before is the present one.
        #expect(recharge(&fixture, "pro", at: Self.december) == ["pro", nil])
    }

    @Test("The same plan again keeps it, and takes back the change to a lower one")
    func again() {
        var fixture = LedgerFixture(credits: .zero, plan: "pro")
        #expect(recharge(&fixture, "starter") == ["pro", "starter"])
        #expect(recharge(&fixture, "pro") == ["pro", nil])
    }

    @Test("A recharge in a month adds credits, and no allowance")
    func allowances() throws {
        var fixture = LedgerFixture(credits: Credits(100_000_000), plan: "starter")
        fixture.books.wallets.update(
            fixture.account,
            {
                var wallet = fixture.wallet
                wallet.used.output = 600_000
                return wallet
            }())
        _ = recharge(&fixture, "starter")
        let request = fixture.request()
        #expect(fixture.admit(request).error?.code == .outputAllowanceExhausted)
        // A higher plan has the higher allowance, of which what was used this month is used.
        _ = recharge(&fixture, "pro")
        let next = fixture.request(output: nil)
        #expect(try fixture.admit(next).get().hold.maxOutputTokens == 4_000)
        #expect(fixture.wallet.used.output == 600_000)
    }

    @Test("An operator sets a plan at once, also a lower one, and only one that exists")
    func set() throws {
        var fixture = LedgerFixture(credits: Credits(100_000), plan: "pro")
        _ = recharge(&fixture, "starter")
        let refusal = fixture.ledger.decide(.setPlan(fixture.account, plan: "gold", at: Self.november), in: &fixture.books).refusal
        #expect(refusal?.code == .invalidRequest && refusal?.param == "plan")
        #expect(fixture.wallet.plan == "pro")
        let wallet = fixture.ledger.decide(.setPlan(fixture.account, plan: "starter", at: Self.november), in: &fixture.books).wallet
        #expect(wallet?.plan == "starter" && wallet?.nextPlan == nil)
        let request = fixture.request(output: nil)
        #expect(try fixture.admit(request).get().hold.maxOutputTokens == 1_000)
    }

    @Test("A plan that is no longer offered serves nothing, and is lower than any")
    func removed() {
        var fixture = LedgerFixture(credits: Credits(100_000), plan: "bronze")
        let request = fixture.request()
        let refusal = fixture.admit(request).error
        #expect(refusal?.code == .insufficientBalance && refusal?.message.contains("`bronze` is no longer offered") == true)
        #expect(recharge(&fixture, "starter") == ["starter", nil])
    }

    @Test("The lower plan that was bought holds from the first request of the next month on")
    func nextMonth() throws {
        var fixture = LedgerFixture(credits: Credits(100_000), plan: "pro")
        _ = recharge(&fixture, "starter")
        let last = fixture.request(output: nil, at: Self.december.adding(milliseconds: -1))
        #expect(try fixture.admit(last).get().hold.maxOutputTokens == 4_000)
        let first = fixture.request(output: nil, at: Self.december)
        #expect(try fixture.admit(first).get().hold.maxOutputTokens == 1_000)
        #expect(fixture.wallet.plan == "starter" && fixture.wallet.nextPlan == nil)
    }
}
