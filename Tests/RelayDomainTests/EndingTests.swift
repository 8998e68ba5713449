import Testing

@testable import RelayDomain

@Suite struct EndingTests {
    private func reported(_ prompt: Int64, _ completion: Int64, cached: Int64 = 0) -> HoldEnding.Outcome {
        .settle(ReportedUsage(prompt: prompt, cached: cached, completion: completion).usage)
    }

    @Test("A settlement charges what was reported, gives back the rest, and posts one transfer")
    func settle() throws {
        var fixture = LedgerFixture(credits: Credits(1_000))
        let request = fixture.request(input: 100, output: 100)
        _ = try fixture.admit(request).get()
        let ended = try #require(fixture.end(request.request, reported(80, 30, cached: 40)).ended)
        #expect(ended == Ended(state: .settled, charged: Credits(74), available: Credits(926), isFirst: true))
        #expect(fixture.wallet.posted == Credits(926) && fixture.wallet.held == .zero && fixture.wallet.openHolds == 0)
        #expect(fixture.wallet.used == Tokens(input: 40, output: 30, cachedRead: 40))
        let transfer = try #require(fixture.books.transfers.first)
        #expect(fixture.books.transfers.count == 1)
        #expect(transfer.id == "\(request.request):settle" && transfer.amount == Credits(74) && transfer.balanceAfter == Credits(926))
        #expect(transfer.debit == .wallet(fixture.account) && transfer.credit == .house(.revenue) && transfer.number == 1)
    }

    @Test("Usage beyond the hold is absorbed by the operator, and the meters count no more than was held")
    func absorbed() throws {
        var fixture = LedgerFixture(credits: Credits(200))
        let request = fixture.request(input: 100, output: 100)
        _ = try fixture.admit(request).get()
        let ended = try #require(fixture.end(request.request, reported(150, 1_000)).ended)
        #expect(ended.charged == Credits(200) && fixture.wallet.posted == .zero)
        #expect(fixture.books.receipts.first?.absorbed == Credits(950))
        #expect(fixture.wallet.used == Tokens(input: 100, output: 100))
        #expect(fixture.books.houseChanges[.revenue] == Credits(1_150) && fixture.books.houseChanges[.absorbed] == Credits(-950))
    }

    @Test(
        "A hold ends once: whoever comes second is told how, and moves nothing",
        arguments: [
            HoldEnding.Outcome.void, .expire, .settle(.none), .settle(Usage(tokens: Tokens(input: 5), source: .reported)),
        ])
    func once(first: HoldEnding.Outcome) throws {
        var fixture = LedgerFixture(credits: Credits(1_000))
        let request = fixture.request()
        _ = try fixture.admit(request).get()
        let one = try #require(fixture.end(request.request, first).ended)
        let after = fixture.wallet
        // What has expired may be settled after all.
        let isExpired = if case .expire = first { true } else { false }
        for second in [HoldEnding.Outcome.void, .expire] + (isExpired ? [] : [reported(100, 100)]) {
            let two = try #require(fixture.end(request.request, second).ended)
            #expect(!two.isFirst && two.state == one.state && two.charged == one.charged)
            #expect(fixture.wallet == after)
        }
        #expect(fixture.books.receipts.count == 1)
        #expect(fixture.books.openedHolds.isEmpty && fixture.books.closedHolds.isEmpty)
    }

    @Test("A request belongs to the month of its admission, and the month never goes back")
    func months() throws {
        var fixture = LedgerFixture(credits: Credits(1_000))
        let november = Timestamp(rfc3339: "2026-11-30T23:59:59.999Z")!
        let december = Timestamp(rfc3339: "2026-12-01T00:00:00Z")!
        let old = fixture.request(at: november)
        _ = try fixture.admit(old).get()
        let new = fixture.request(at: december)
        _ = try fixture.admit(new).get()
        #expect(fixture.wallet.heldTokens == Tokens(input: 100, output: 100))
        _ = fixture.end(old.request, reported(50, 50), at: december)
        #expect(fixture.wallet.used == .zero && fixture.wallet.heldTokens == Tokens(input: 100, output: 100))
        let late = fixture.request(at: november)
        _ = try fixture.admit(late).get()
        #expect(fixture.wallet.month == december.month)
        _ = fixture.end(late.request, reported(1, 2), at: november)
        #expect(fixture.wallet.used == Tokens(input: 1, output: 2))
    }

    @Test("An unknown request, or another account's, is refused")
    func unknown() throws {
        var fixture = LedgerFixture(credits: Credits(1_000))
        #expect(fixture.end(RequestID(high: 9, low: 9), .void).refusal?.code == .notFound)
    }
}

@Suite struct RechargeTests {
    private func order(_ fixture: LedgerFixture, _ number: UInt64 = 1, plan: String = "pro") -> RechargeOrder {
        let plan = fixture.ledger.catalogue.plan(plan)!
        return RechargeOrder(
            id: OrderID(high: 0, low: number), account: fixture.account, plan: plan.id, price: plan.price, credits: plan.credits,
            createdAt: LedgerFixture.start)
    }

    private func confirm(_ order: RechargeOrder, transaction: String? = nil) -> Command {
        .confirmOrder(
            OrderConfirmation(order: order.id, account: order.account, note: "bank", transaction: transaction, at: LedgerFixture.start))
    }

    @Test("An order is credited once, with its plan, however often it is confirmed")
    func once() throws {
        var fixture = LedgerFixture(credits: .zero, plan: nil)
        let order = order(fixture)
        _ = fixture.ledger.decide(.createOrder(order), in: &fixture.books)
        for _ in 0..<3 {
            #expect(fixture.ledger.decide(confirm(order), in: &fixture.books).order?.state == .credited)
        }
        #expect(fixture.wallet.posted == Credits(29_000_000) && fixture.wallet.plan == "pro")
        #expect(fixture.books.transfers.map(\.id) == ["\(order.id):credit"])
        #expect(
            fixture.ledger.decide(.cancelOrder(order.account, order.id, at: LedgerFixture.start), in: &fixture.books).refusal?.code
                == .conflict)
    }

    @Test("A cancelled order is not credited, and no transaction pays two orders")
    func conflicts() throws {
        var fixture = LedgerFixture(credits: .zero, plan: nil)
        let (one, two, three) = (order(fixture, 1), order(fixture, 2), order(fixture, 3))
        for order in [one, two, three] { _ = fixture.ledger.decide(.createOrder(order), in: &fixture.books) }
        _ = fixture.ledger.decide(.cancelOrder(one.account, one.id, at: LedgerFixture.start), in: &fixture.books)
        #expect(fixture.ledger.decide(confirm(one), in: &fixture.books).refusal?.code == .conflict)
        #expect(fixture.ledger.decide(confirm(two, transaction: "0xabc"), in: &fixture.books).order?.state == .credited)
        #expect(fixture.ledger.decide(confirm(three, transaction: "0xabc"), in: &fixture.books).refusal?.code == .conflict)
        #expect(fixture.wallet.posted == Credits(29_000_000))
    }

    @Test("An adjustment moves money once, and never takes what is held")
    func adjustments() throws {
        var fixture = LedgerFixture(credits: Credits(1_000))
        let request = fixture.request(input: 100, output: 100)
        _ = try fixture.admit(request).get()
        func adjust(_ id: UInt64, _ credits: Credits, because reason: String = "r") -> Reply {
            fixture.ledger.decide(
                .adjust(
                    Adjustment(
                        id: AdjustmentID(high: 1, low: id), account: fixture.account, credits: credits, reason: reason,
                        at: LedgerFixture.start)),
                in: &fixture.books)
        }
        #expect(adjust(1, Credits(-801)).refusal?.code == .insufficientBalance)
        #expect(adjust(1, .zero).refusal?.code == .invalidRequest)
        #expect(adjust(1, Credits(-800)).wallet?.available == .zero)
        #expect(adjust(1, Credits(-800)).wallet?.available == .zero)
        #expect(adjust(2, Credits(thousandths: 1_250)).wallet?.available == Credits(thousandths: 1_250))
        #expect(adjust(1, Credits(-801)).refusal?.code == .conflict && adjust(1, Credits(800)).refusal?.param == "id")
        #expect(adjust(2, Credits(thousandths: 1_250), because: "in other words").wallet?.available == Credits(thousandths: 1_250))
        #expect(fixture.books.transfers.count == 2)
        #expect(fixture.books.houseChanges[.adjustment] == Credits(thousandths: 798_750))
    }
}
