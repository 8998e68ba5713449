import RelayDomain
import Testing

/// The operator's word and the customer's, beside what the chain says.
@Suite struct ConfirmationTests {
    private typealias Fixture = PaymentFixture
    private static let pro = Credits(29_000_000)

    @Test("A confirmation with the hash of a known deposit credits through it, whatever its amount")
    func throughDeposit() throws {
        for (units, isSettled) in [(29_000_000, false), (28_000_000, true), (29_000_000, true)] as [(UInt128, Bool)] {
            var fixture = Fixture()
            _ = fixture.place(1)
            let transfer = Fixture.transfer(1, Fixture.slot(units), after: units == 29_000_000 && isSettled ? 8 * Fixture.day : 0)
            if isSettled { _ = fixture.settle(transfer, with: 1) } else { fixture.find(transfer) }
            // As TRON's people write it.
            let order = try #require(fixture.confirm(1, Fixture.hash(1).dropFirst(2).uppercased()).order)
            #expect(order.isCredited && order.deposit == transfer.id && order.transaction == nil)
            let settled = fixture.settle(transfer, with: 1)
            let deposit = try #require(settled)
            #expect(deposit.state == .credited && deposit.order == order.id && deposit.credited == Self.pro)
            #expect(fixture.wallet.posted == Self.pro)
            #expect(fixture.confirm(1, Fixture.hash(1)).order == order)
        }
    }

    @Test("A deposit that comes after a confirmation with its hash is linked to the order, and credits nothing; a second one of it is not")
    func linked() throws {
        var fixture = Fixture()
        _ = fixture.place(1)
        #expect(fixture.confirm(1, Fixture.hash(7), after: Fixture.day).order?.state == .creditedLate)
        let settled = fixture.settle(Fixture.transfer(7), with: 1)
        let linked = try #require(settled)
        #expect(linked.state == .credited && linked.outcome == .linked && linked.credited == nil)
        #expect(fixture.settle(Fixture.transfer(7, ordinal: 1), with: 1)?.reason == .duplicate)
        #expect(fixture.wallet.posted == Self.pro && fixture.books.transfers.count == 1)
    }

    @Test("No transaction confirms two orders, nor one that another order's deposit was")
    func conflicts() {
        var fixture = Fixture()
        _ = fixture.place(1)
        for number in 2...4 as ClosedRange<UInt64> { _ = fixture.decide(.createOrder(fixture.order(number))) }
        _ = fixture.settle(Fixture.transfer(1), with: 1)
        #expect(fixture.confirm(2, Fixture.hash(1)).refusal?.code == .conflict)
        #expect(fixture.confirm(3, Fixture.hash(8)).order?.transaction == Fixture.hash(8))
        #expect(fixture.confirm(4, String(Fixture.hash(8).dropFirst(2))).refusal?.code == .conflict)
        // One that waits for its own order is not taken for another.
        _ = fixture.place(5, [Fixture.slot(28_000_000)])
        fixture.find(Fixture.transfer(9, Fixture.slot(28_000_000)))
        #expect(fixture.confirm(4, Fixture.hash(9)).refusal?.code == .conflict)
        #expect(fixture.settle(Fixture.transfer(9, Fixture.slot(28_000_000)), with: 5)?.state == .credited)
        #expect(fixture.state(4) == .waiting)
    }

    @Test("An order that was confirmed while its deposit was matched keeps the deposit from every other fate")
    func confirmedMeanwhile() {
        var fixture = Fixture()
        _ = fixture.place(1)
        _ = fixture.place(2, [Fixture.slot(at: "T2")])
        _ = fixture.confirm(1, Fixture.hash(7))
        let transfer = Fixture.transfer(7, Fixture.slot(28_000_000, at: "T2"))
        for order in [nil, 2] as [UInt64?] { #expect(fixture.settle(transfer, with: order, knowsConfirmed: false)?.state == .new) }
        // Looked at again, it is the order's.
        #expect(fixture.settle(transfer, with: 1)?.outcome == .linked)
        #expect(fixture.books.orders[OrderID(high: 0, low: 1)]?.deposit == transfer.id && fixture.wallet.posted == Self.pro)
        // And a sibling goes its own way, once there is nothing to be linked.
        #expect(fixture.settle(Fixture.transfer(7, Fixture.slot(3, at: "T2"), ordinal: 1), with: 2)?.reason == .under)
    }

    @Test("What is under review is not credited while an order that its transaction has confirmed waits for its deposit")
    func undecidedSibling() {
        var fixture = Fixture()
        _ = fixture.place(1)
        let sibling = Fixture.transfer(7, Fixture.slot(28_000_000, at: "T2"), ordinal: 1)
        _ = fixture.confirm(1, Fixture.hash(7))
        #expect(fixture.settle(sibling, with: nil)?.state == .review)
        #expect(fixture.resolve(sibling, .creditFace, account: fixture.account).refusal?.code == .conflict)
        #expect(fixture.settle(Fixture.transfer(7), with: 1)?.outcome == .linked)
        #expect(fixture.resolve(sibling, .creditFace, account: fixture.account).deposit?.credited == Credits(28_000_000))
    }

    @Test("Two payments of one transaction are two payments")
    func twoOfOne() {
        var fixture = Fixture()
        _ = fixture.place(1)
        _ = fixture.place(2, [Fixture.slot(at: "T2")])
        let second = Fixture.transfer(1, Fixture.slot(at: "T2"), ordinal: 1)
        #expect(fixture.settle(Fixture.transfer(1), with: 1)?.state == .credited)
        fixture.find(second)
        #expect(fixture.confirm(2, Fixture.hash(1)).order?.deposit == second.id)
        #expect(fixture.wallet.posted == Credits(58_000_000))
    }

    @Test("A claim credits the claimant's own exact payment, and nothing else")
    func claims() throws {
        var fixture = Fixture()
        _ = fixture.place(1)
        _ = fixture.place(2, [Fixture.slot(at: "T2")])
        fixture.find(Fixture.transfer(1))
        // Somebody else's payment, which anybody can read on the chain.
        #expect(fixture.claim(2, Fixture.hash(1)).order?.state == .waiting)
        #expect(fixture.wallet.posted == .zero && fixture.books.deposits[Fixture.transfer(1).id]?.state == .new)
        #expect(fixture.claim(1, Fixture.hash(1)).order?.state == .credited)
        #expect(fixture.claim(1, Fixture.hash(1)).order?.state == .credited)
        #expect(fixture.wallet.posted == Self.pro)
        let order = try #require(fixture.books.orders[OrderID(high: 0, low: 2)])
        let other = PaymentClaim(order: order.id, account: AccountID(high: 9, low: 9), transaction: Fixture.hash(1), at: Fixture.start)
        #expect(fixture.decide(.claimPayment(other)).refusal?.code == .notFound)
    }

    @Test("A former owner's claim takes nothing from the slot's next owner")
    func formerOwner() {
        var fixture = Fixture()
        _ = fixture.place(1)
        _ = fixture.place(2, at: Fixture.start.adding(milliseconds: 8 * Fixture.day))
        let transfer = Fixture.transfer(1, after: 8 * Fixture.day + Fixture.minute)
        fixture.find(transfer)
        #expect(fixture.claim(1, Fixture.hash(1)).order?.state == .waiting)
        #expect(fixture.books.deposits[transfer.id]?.state == .new)
        #expect(fixture.settle(transfer, with: 2)?.state == .credited)
        #expect(fixture.state(1) == .waiting && fixture.state(2) == .credited)
    }

    @Test("A claim of what nobody has seen is kept, five of an order, and marks the deposit of nobody's that comes")
    func keptClaims() {
        var fixture = Fixture()
        _ = fixture.place(1)
        for number in 1...5 { #expect(fixture.claim(1, Fixture.hash(number)).order?.state == .waiting) }
        #expect(fixture.claim(1, Fixture.hash(5)).order != nil)
        #expect(fixture.claim(1, Fixture.hash(6)).refusal?.code == .conflict)
        #expect(fixture.books.claims.inserted.count == 5)
        #expect(fixture.settle(Fixture.transfer(5, Fixture.slot(3)), with: nil)?.reason == .claimed)
        #expect(fixture.settle(Fixture.transfer(7, Fixture.slot(3)), with: nil)?.reason == .unknown)
        _ = fixture.decide(.createOrder(fixture.order(2)))
        #expect(fixture.claim(2, Fixture.hash(9)).refusal?.code == .conflict)
    }
}
