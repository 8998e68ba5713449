import RelayDomain
import Testing

@Suite struct DepositMatchingTests {
    private typealias Fixture = PaymentFixture
    private let fixture = PaymentFixture()

    private func outcome(_ order: RechargeOrder, _ transfer: ChainTransfer) -> DepositMatching.Outcome? {
        DepositMatching.outcome(of: transfer, for: order)
    }

    @Test("The exact amount is credited from two minutes before the order until its grace ends, and late after it has expired")
    func times() {
        let order = fixture.waiting(1)
        for (milliseconds, expected) in [
            (-2 * Fixture.minute - 1, nil), (-2 * Fixture.minute, .credit(isLate: false)), (30 * Fixture.minute, .credit(isLate: false)),
            (30 * Fixture.minute + 1, .credit(isLate: true)), (7 * Fixture.day, .credit(isLate: true)),
            (7 * Fixture.day + 1, .review(.tooLate)),
        ] as [(Int64, DepositMatching.Outcome?)] {
            #expect(outcome(order, Fixture.transfer(1, after: milliseconds)) == expected, "\(milliseconds)")
        }
    }

    @Test("A unit more or less is the operator's to decide, while the order is open")
    func amounts() {
        var order = fixture.waiting(1)
        let (less, more) = (Fixture.transfer(1, Fixture.slot(28_999_999)), Fixture.transfer(2, Fixture.slot(29_000_001)))
        #expect(outcome(order, less) == .review(.under) && outcome(order, more) == .review(.over))
        for state in [.credited, .creditedLate, .cancelled] as [RechargeOrder.State] {
            order.state = state
            #expect(outcome(order, less) == nil && outcome(order, more) == nil)
        }
        order.state = .waiting
        #expect(outcome(order, Fixture.transfer(1, Fixture.slot(1), after: 7 * Fixture.day + 1)) == nil)
    }

    @Test(
        "The state of the order decides about its exact amount",
        arguments: [
            (.waiting, .credit(isLate: false)), (.credited, .review(.duplicate)),
            (.creditedLate, .review(.duplicate)), (.cancelled, .review(.cancelled)),
        ] as [(RechargeOrder.State, DepositMatching.Outcome)])
    func states(state: RechargeOrder.State, expected: DepositMatching.Outcome) {
        var order = fixture.waiting(1)
        order.state = state
        #expect(outcome(order, Fixture.transfer(1)) == expected)
    }

    @Test("Another address, another network and an order by hand have nothing to do with a transfer")
    func others() {
        #expect(outcome(fixture.waiting(1, Fixture.slot(at: "T2")), Fixture.transfer(1)) == nil)
        let bsc = PaymentSlot(network: .bsc, address: Fixture.address, amount: TokenAmount(units: 29_000_000))
        #expect(outcome(fixture.waiting(1), Fixture.transfer(1, bsc)) == nil)
        #expect(outcome(fixture.order(1), Fixture.transfer(1)) == nil)
    }

    @Test("Of several orders, the one with the exact amount is taken; else the only one that is open at the address")
    func choice() {
        let (exact, other) = (fixture.waiting(1), fixture.waiting(2, Fixture.slot(99_000_000)))
        let transfer = Fixture.transfer(1)
        #expect(DepositMatching.order(for: transfer, among: .init(owner: exact, open: [exact, other])) == exact)
        #expect(DepositMatching.order(for: transfer, among: .init(open: [other])) == other)
        let third = fixture.waiting(3, Fixture.slot(9_000_000))
        #expect(DepositMatching.order(for: transfer, among: .init(open: [other, third])) == nil)
        #expect(DepositMatching.order(for: transfer, among: .init()) == nil)
        // What is outside of its times has nobody.
        let late = Fixture.transfer(1, Fixture.slot(5), after: 8 * Fixture.day)
        #expect(DepositMatching.order(for: late, among: .init(open: [other])) == nil)
    }

    @Test("A transfer of the transaction that confirmed an order by hand is that order's, unless it is another's exact payment")
    func confirmed() {
        var confirmed = fixture.waiting(1)
        (confirmed.state, confirmed.transaction) = (.credited, Fixture.hash(7))
        let own = Fixture.transfer(7, ordinal: 1)
        let foreign = Fixture.transfer(7, Fixture.slot(99_000_000), ordinal: 0)
        let other = fixture.waiting(2, Fixture.slot(99_000_000))
        #expect(DepositMatching.outcome(of: own, for: confirmed) == .link)
        #expect(DepositMatching.order(for: own, among: .init(confirmed: confirmed, owner: confirmed, siblings: [foreign])) == confirmed)
        #expect(DepositMatching.order(for: foreign, among: .init(confirmed: confirmed, owner: other, siblings: [own])) == other)
        // Its own payment is beside it: this one is nobody's.
        #expect(DepositMatching.order(for: foreign, among: .init(confirmed: confirmed, siblings: [own])) == nil)
        // The operator has taken less than what was asked for.
        #expect(DepositMatching.order(for: foreign, among: .init(confirmed: confirmed)) == confirmed)
        confirmed.deposit = own.id
        #expect(DepositMatching.outcome(of: own, for: confirmed) == .review(.duplicate))
        #expect(DepositMatching.outcome(of: foreign, for: confirmed) == nil)
    }

    @Test("Of several transfers of the transaction that confirmed an order, none exact, the greatest to its address is meant")
    func greatestSibling() {
        var confirmed = fixture.waiting(1)
        (confirmed.state, confirmed.transaction) = (.credited, Fixture.hash(7))
        let dust = Fixture.transfer(7, Fixture.slot(1), ordinal: 0)
        let paid = Fixture.transfer(7, Fixture.slot(28_900_000), ordinal: 1)
        let twin = Fixture.transfer(7, Fixture.slot(28_900_000), ordinal: 2)
        let elsewhere = Fixture.transfer(7, Fixture.slot(500_000_000, at: "T2"), ordinal: 3)
        let all = [dust, paid, twin, elsewhere]
        func isLinked(_ transfer: ChainTransfer, _ order: RechargeOrder, of transfers: [ChainTransfer]) -> Bool {
            DepositMatching.order(for: transfer, among: .init(confirmed: order, siblings: transfers.filter { $0 != transfer })) == order
        }
        #expect(all.filter { isLinked($0, confirmed, of: all) } == [paid])
        #expect([dust, elsewhere].filter { isLinked($0, confirmed, of: [dust, elsewhere]) } == [dust])
        #expect(isLinked(elsewhere, confirmed, of: [elsewhere]))
        // An order by hand has no address.
        var byHand = fixture.order(2)
        (byHand.state, byHand.transaction) = (.credited, Fixture.hash(7))
        #expect(all.filter { isLinked($0, byHand, of: all) } == [elsewhere])
    }

    @Test("A doubtful transfer is the operator's to decide, and is linked where the operator has said that it was paid")
    func doubtful() {
        var order = fixture.waiting(1)
        let exact = Fixture.transfer(7, isDoubtful: true)
        #expect(outcome(order, exact) == .review(.doubtful))
        #expect(outcome(order, Fixture.transfer(7, Fixture.slot(5), isDoubtful: true)) == .review(.doubtful))
        #expect(outcome(order, Fixture.transfer(7, after: 8 * Fixture.day, isDoubtful: true)) == .review(.doubtful))
        (order.state, order.transaction) = (.credited, Fixture.hash(7))
        #expect(outcome(order, exact) == .link)
        order.transaction = nil
        #expect(outcome(order, exact) == .review(.doubtful))
    }

    @Test("People see what is stored, the time, and what the chain shows")
    func standing() {
        var order = fixture.waiting(1)
        let sighting = PaymentSighting(deposit: Fixture.transfer(1).id, block: 90, at: Fixture.start, head: 100)
        let expired = Fixture.start.adding(milliseconds: 30 * Fixture.minute + 1)
        #expect(sighting.confirmations == 11)
        #expect(order.standing(at: Fixture.start, sighting: nil) == .waiting)
        #expect(order.standing(at: Fixture.start.adding(milliseconds: 30 * Fixture.minute), sighting: nil) == .waiting)
        #expect(order.standing(at: expired, sighting: nil) == .expired)
        #expect(order.standing(at: expired, sighting: sighting) == .seen)
        for (state, standing) in [
            (.credited, .credited), (.creditedLate, .creditedLate), (.cancelled, .cancelled),
        ] as [(RechargeOrder.State, RechargeOrder.Standing)] {
            order.state = state
            #expect(order.standing(at: expired, sighting: sighting, underReview: .exactAmount) == standing)
        }
        // Another amount may be a stranger's: the order is to be paid as long as it is open.
        order.state = .waiting
        #expect(order.standing(at: Fixture.start, sighting: nil, underReview: .otherAmount) == .waiting)
        #expect(order.standing(at: expired, sighting: nil, underReview: .otherAmount) == .review)
        #expect(order.standing(at: expired, sighting: sighting, underReview: .otherAmount) == .seen)
        #expect(order.standing(at: Fixture.start, sighting: sighting, underReview: .exactAmount) == .review)
        #expect(fixture.order(1).standing(at: .distantFuture, sighting: nil) == .waiting)
    }
}
