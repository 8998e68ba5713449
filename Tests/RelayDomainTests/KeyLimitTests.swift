import Testing

@testable import RelayDomain

@Suite("Limits of a key") struct KeyLimitTests {
    private static func later(_ seconds: Int64) -> Timestamp { LedgerFixture.start.adding(milliseconds: seconds * 1_000) }

    @Test("A rate below the plan's: the headers show it, and the wait is the key's")
    func rate() throws {
        var fixture = LedgerFixture(credits: Credits(100_000), policy: KeyPolicy(requestsPerMinute: 3))
        for remaining in [2, 1, 0] as [Int64] {
            let request = fixture.request()
            let rate = try fixture.admit(request).get().rate
            #expect(rate.limit == 3 && rate.remaining == remaining)
        }
        let wallet = fixture.wallet
        let counters = fixture.books.keys[fixture.key.id]?.counters
        let request = fixture.request(at: Self.later(1))
        let refusal = try #require(fixture.admit(request).error)
        #expect(refusal.code == .rateLimitExceeded && refusal.retryAfterSeconds == 59 && refusal.rate?.limit == 3)
        #expect(refusal.message.contains("key allows 3 requests a minute"))
        #expect(fixture.wallet == wallet && fixture.books.keys[fixture.key.id]?.counters == counters)
        let next = fixture.request(at: Self.later(60))
        _ = try fixture.admit(next).get()
    }

    @Test("Concurrency is the number of open holds of the key, and comes back however they end")
    func concurrency() throws {
        var fixture = LedgerFixture(credits: Credits(100_000), policy: KeyPolicy(concurrency: 2))
        for outcome in [HoldEnding.Outcome.void, .expire, .settle(.none)] {
            let open = [fixture.request(), fixture.request()]
            for request in open { _ = try fixture.admit(request).get() }
            let third = fixture.request()
            let refusal = try #require(fixture.admit(third).error)
            #expect(refusal.code == .concurrencyLimitExceeded && refusal.status == 429 && refusal.retryAfterSeconds == 1)
            for request in open { _ = fixture.end(request.request, outcome) }
            #expect(fixture.books.keys[fixture.key.id]?.counters.openHolds == 0)
        }
    }

    @Test("A budget shortens the answer when it is nearly spent, refuses what it cannot pay for, and starts anew with the month")
    func budget() throws {
        var fixture = LedgerFixture(credits: Credits(1_000_000), policy: KeyPolicy(monthlyBudget: Credits(250)))
        let first = fixture.request(input: 100, output: 50)
        #expect(try fixture.admit(first).get().hold.credits == Credits(150))
        let second = fixture.request(input: 60, output: 500)
        #expect(try fixture.admit(second).get().hold.maxOutputTokens == 40)
        let third = fixture.request(input: 0, output: 1)
        let refusal = try #require(fixture.admit(third).error)
        #expect(refusal.code == .keyBudgetExhausted && refusal.shouldRetry == false && refusal.type == "insufficient_quota")
        // What was held and not charged comes back.
        _ = fixture.end(first.request, .settle(ReportedUsage(prompt: 100, completion: 20).usage))
        _ = fixture.end(second.request, .void)
        #expect(fixture.books.keys[fixture.key.id]?.counters.used == Credits(120))
        #expect(fixture.books.keys[fixture.key.id]?.counters.held == .zero)
        let fourth = fixture.request(input: 0, output: 500)
        #expect(try fixture.admit(fourth).get().hold.maxOutputTokens == 130)
        // In the next month the budget is whole, whatever is still open of this one.
        let december = Timestamp(rfc3339: "2026-12-01T00:00:00Z")!
        let fifth = fixture.request(input: 0, output: 500, at: december)
        #expect(try fixture.admit(fifth).get().hold.maxOutputTokens == 250)
        _ = fixture.end(fourth.request, .settle(ReportedUsage(prompt: 0, completion: 130).usage), at: december)
        let counters = try #require(fixture.books.keys[fixture.key.id]?.counters)
        #expect(counters.used == .zero && counters.held == Credits(250) && counters.openHolds == 1)
    }

    @Test("A key is of use only in its networks")
    func networks() throws {
        let policy = KeyPolicy(networks: [Network("10.0.0.0/8")!, Network("2001:db8::/32")!])
        var fixture = LedgerFixture(credits: Credits(100_000), policy: policy)
        for address in ["10.200.1.1", "2001:db8::5"] {
            let request = fixture.request(address: NetworkAddress(address))
            _ = try fixture.admit(request).get()
        }
        for address in [NetworkAddress("11.0.0.1"), NetworkAddress("::1"), nil] {
            let request = fixture.request(address: address)
            let refusal = try #require(fixture.admit(request).error)
            #expect(refusal.code == .ipNotAllowed && refusal.status == 403)
        }
    }

    @Test("What happens when a client leaves comes with the grant")
    func onDisconnect() throws {
        for choice in [nil, OnDisconnect.drain, .cancel] {
            var fixture = LedgerFixture(credits: Credits(100_000), policy: KeyPolicy(onDisconnect: choice))
            let request = fixture.request()
            #expect(try fixture.admit(request).get().onDisconnect == choice)
        }
    }

    @Test("The row of a key without limits of its own is not written by its requests")
    func uncounted() throws {
        var fixture = LedgerFixture(credits: Credits(100_000), policy: KeyPolicy(models: ["gpt-5.2"], maxOutputTokens: 5))
        let request = fixture.request()
        _ = try fixture.admit(request).get()
        _ = fixture.end(request.request, .settle(ReportedUsage(prompt: 1, completion: 1).usage))
        #expect(fixture.books.keys.updated.isEmpty)
    }
}
