import RelayDomain
import Testing

@Suite struct DepositLedgerTests {
    private typealias Fixture = PaymentFixture
    private static let pro = Credits(29_000_000)

    @Test("An order takes the first slot that nobody owns, and owns it for the grace and two minutes")
    func slots() throws {
        var fixture = Fixture()
        let slots = [Fixture.slot(), Fixture.slot(at: "T2"), Fixture.slot(28_999_900)]
        let orders = (1...3).compactMap { fixture.place($0, slots).order }
        #expect(orders.map(\.payment?.slot) == slots)
        #expect(fixture.place(4, slots, limit: 9).refusal?.code == .conflict)
        let grace = Fixture.start.adding(milliseconds: 7 * Fixture.day)
        #expect(fixture.place(5, slots, at: grace.adding(milliseconds: 120_000)).refusal?.code == .conflict)
        #expect(fixture.place(6, slots, at: grace.adding(milliseconds: 120_001)).order?.payment?.slot == slots[0])
        #expect(fixture.books.slots[slots[0]]?.order.low == 6)
        #expect(fixture.place(7, [Fixture.slot(0)]).refusal != nil)
    }

    @Test("So many orders wait at a time; expired, cancelled and credited ones do not count")
    func openOrders() {
        var fixture = Fixture()
        let slots = (0..<9 as Range<UInt128>).map { Fixture.slot(29_000_000 - $0 * 100) }
        for number in 1...3 as ClosedRange<UInt64> { #expect(fixture.place(number, slots).order != nil) }
        #expect(fixture.place(4, slots).refusal?.code == .conflict)
        _ = fixture.decide(.cancelOrder(fixture.account, OrderID(high: 0, low: 1), at: PaymentFixture.start))
        #expect(fixture.place(5, slots).order != nil)
        _ = fixture.confirm(2)
        #expect(fixture.place(6, slots).order != nil && fixture.place(7, slots).refusal != nil)
        #expect(fixture.place(8, slots, at: Fixture.start.adding(milliseconds: 30 * Fixture.minute)).order != nil)
        // Those by hand are not counted.
        #expect(fixture.decide(.createOrder(fixture.order(9))).order != nil)
    }

    @Test("The exact payment credits its order and gives the plan, once, however often it is looked at")
    func exact() throws {
        var fixture = Fixture()
        _ = fixture.place(1)
        let transfer = Fixture.transfer(1)
        for _ in 0..<3 {
            let settled = fixture.settle(transfer, with: 1)
            let deposit = try #require(settled)
            #expect(deposit.state == .credited && deposit.outcome == .matched && deposit.credited == Self.pro)
        }
        #expect(fixture.wallet.posted == Self.pro && fixture.wallet.plan == "pro" && fixture.state(1) == .credited)
        let order = try #require(fixture.books.orders[OrderID(high: 0, low: 1)])
        #expect(order.deposit == transfer.id && order.paidBy == Fixture.hash(1))
        #expect(fixture.books.transfers.map(\.debit) == [.house(.cash(network: "tron"))])
        // A second one does not.
        #expect(fixture.settle(Fixture.transfer(2), with: 1)?.reason == .duplicate)
        #expect(fixture.wallet.posted == Self.pro && fixture.state(1) == .credited)
    }

    @Test("A late payment is credited as such; one for a cancelled order is not, and one after the grace is not")
    func late() {
        var fixture = Fixture()
        let slots = (0..<3 as Range<UInt128>).map { Fixture.slot(29_000_000 - $0 * 100) }
        for number in 1...3 as ClosedRange<UInt64> { _ = fixture.place(number, [slots[Int(number) - 1]]) }
        #expect(fixture.settle(Fixture.transfer(1, slots[0], after: Fixture.day), with: 1)?.state == .credited)
        #expect(fixture.state(1) == .creditedLate)
        _ = fixture.decide(.cancelOrder(fixture.account, OrderID(high: 0, low: 2), at: PaymentFixture.start))
        #expect(fixture.settle(Fixture.transfer(2, slots[1]), with: 2)?.reason == .cancelled)
        #expect(fixture.state(2) == .cancelled)
        #expect(fixture.settle(Fixture.transfer(3, slots[2], after: 8 * Fixture.day), with: 3)?.reason == .tooLate)
        #expect(fixture.state(3) == .waiting && fixture.wallet.posted == Self.pro)
    }

    @Test("Too little leaves the order as it is, and the exact amount credits it all the same")
    func underThenExact() {
        var fixture = Fixture()
        _ = fixture.place(1)
        let under = Fixture.transfer(1, Fixture.slot(28_000_000))
        #expect(fixture.settle(under, with: 1)?.reason == .under)
        #expect(fixture.state(1) == .waiting && fixture.wallet.posted == .zero)
        #expect(fixture.settle(Fixture.transfer(2), with: 1)?.state == .credited)
        #expect(fixture.state(1) == .credited && fixture.wallet.posted == Self.pro)
        // What came first is still the operator's.
        #expect(fixture.resolve(under, .creditPlan, account: fixture.account).refusal?.code == .conflict)
        #expect(fixture.resolve(under, .creditFace, account: fixture.account).deposit?.credited == Credits(28_000_000))
        #expect(fixture.state(1) == .credited && fixture.wallet.posted == Credits(57_000_000))
    }

    @Test("Dust at an order's address, and what the operator does with it, costs the order nothing")
    func dust() {
        for action in [.ignore, .refund, .creditFace] as [DepositDecision.Action] {
            var fixture = Fixture()
            _ = fixture.place(1)
            let dust = Fixture.transfer(1, Fixture.slot(1))
            #expect(fixture.settle(dust, with: 1)?.reason == .under)
            #expect(fixture.resolve(dust, action, account: fixture.account).deposit?.isUndecided == false)
            #expect(fixture.state(1) == .waiting)
            #expect(fixture.settle(Fixture.transfer(2), with: 1)?.outcome == .matched)
            #expect(fixture.state(1) == .credited && fixture.wallet.posted == Self.pro + (action == .creditFace ? Credits(1) : .zero))
        }
    }

    @Test("A payment that was meant for one order, and pays another one's plan, leaves the first one as it is")
    func otherOrder() {
        var fixture = Fixture()
        _ = fixture.place(1)
        _ = fixture.place(2, [Fixture.slot(at: "T2")])
        let transfer = Fixture.transfer(1, Fixture.slot(28_000_000))
        #expect(fixture.settle(transfer, with: 1)?.order?.low == 1)
        #expect(fixture.resolve(transfer, .creditPlan, order: 2, account: fixture.account).deposit?.order?.low == 2)
        #expect(fixture.state(1) == .waiting && fixture.state(2) == .credited)
        #expect(fixture.settle(Fixture.transfer(2), with: 1)?.state == .credited)
    }

    @Test("A doubtful transfer is never credited by itself, by a claim or by being nobody's")
    func doubtful() {
        var fixture = Fixture()
        _ = fixture.place(1)
        let transfers = (1...2).map { Fixture.transfer($0, isDoubtful: true) }
        fixture.find(transfers[0])
        #expect(fixture.claim(1, Fixture.hash(1)).order?.state == .waiting)
        #expect(fixture.settle(transfers[0], with: 1)?.reason == .doubtful)
        #expect(fixture.settle(transfers[1], with: nil)?.reason == .doubtful)
        #expect(fixture.wallet.posted == .zero && fixture.state(1) == .waiting)
        #expect(fixture.resolve(transfers[0], .creditPlan, account: fixture.account).deposit?.outcome == .creditPlan)
        #expect(fixture.wallet.posted == Self.pro)
    }

    @Test("An account owns at most twenty slots that it has not paid, whatever has become of their orders")
    func uncredited() {
        var fixture = Fixture()
        let slots = (0..<40 as Range<UInt128>).map { Fixture.slot(29_000_000 - $0 * 100) }
        func time(_ number: UInt64) -> Timestamp { Fixture.start.adding(milliseconds: Int64(number) * 31 * Fixture.minute) }
        for number in 1...20 as ClosedRange<UInt64> {
            #expect(fixture.place(number, slots, at: time(number)).order != nil)
            // A claim frees no place for another order.
            _ = fixture.claim(number, Fixture.hash(Int(number)))
            if number == 4 { _ = fixture.decide(.cancelOrder(fixture.account, OrderID(high: 0, low: 4), at: PaymentFixture.start)) }
        }
        #expect(fixture.place(21, slots, at: time(21)).refusal?.code == .conflict)
        #expect(fixture.place(22, slots, at: time(21), limit: 25).order != nil)
        for number in [5, 6] as [UInt64] { #expect(fixture.confirm(number).order?.isCredited == true) }
        #expect(fixture.place(23, slots, at: time(22)).order != nil)
        #expect(fixture.place(24, slots, at: time(22)).refusal?.code == .conflict)
        #expect(fixture.place(25, slots, at: time(1).adding(milliseconds: 7 * Fixture.day + Fixture.minute)).order != nil)
    }

    @Test("A deposit that was matched with what is no longer so stays new")
    func overtaken() {
        var fixture = Fixture()
        _ = fixture.place(1)
        let under = Fixture.transfer(1, Fixture.slot(28_000_000))
        _ = fixture.confirm(1)
        #expect(fixture.settle(under, with: 1)?.state == .new)
        #expect(fixture.settle(under, with: nil)?.reason == .unknown)
    }

    @Test("What a full wallet cannot take goes to review, and the plan can be given later")
    func fullWallet() throws {
        var fixture = Fixture()
        var wallet = fixture.wallet
        wallet.posted = .limit
        fixture.base.books.wallets.load(fixture.account, wallet)
        _ = fixture.place(1)
        let transfer = Fixture.transfer(1)
        #expect(fixture.settle(transfer, with: 1)?.reason == .walletFull)
        #expect(fixture.state(1) == .waiting && fixture.wallet.posted == .limit && fixture.books.transfers.isEmpty)
        #expect(fixture.resolve(transfer, .creditFace, account: fixture.account).refusal?.code == .conflict)
        _ = fixture.decide(
            .adjust(
                Adjustment(
                    id: AdjustmentID(high: 1, low: 1), account: fixture.account, credits: .zero - .limit, reason: "r", at: Fixture.start)))
        let deposit = try #require(fixture.resolve(transfer, .creditPlan, account: fixture.account).deposit)
        #expect(deposit.state == .credited && deposit.outcome == .creditPlan && fixture.state(1) == .credited)
        #expect(fixture.wallet.posted == Self.pro)
    }

    @Test("Each decision is taken once: the same again answers as it stands, another one is refused")
    func decisions() throws {
        for action in DepositDecision.Action.allCases {
            var fixture = Fixture()
            _ = fixture.place(1)
            let transfer = Fixture.transfer(1, Fixture.slot(28_000_000))
            _ = fixture.settle(transfer, with: 1)
            for _ in 0..<2 {
                let reply = fixture.resolve(transfer, action, account: fixture.account, refund: action == .refund ? "0xback" : nil)
                let deposit = try #require(reply.deposit, "\(action): \(reply)")
                #expect(deposit.outcome?.rawValue == action.rawValue && deposit.note == "n" && deposit.decidedBy == "operator")
            }
            for other in DepositDecision.Action.allCases where other != action {
                #expect(fixture.resolve(transfer, other, account: fixture.account).refusal?.code == .conflict)
            }
            #expect(fixture.resolve(transfer, action, account: fixture.account, note: "other").refusal?.code == .conflict)
            #expect(fixture.state(1) == (action == .creditPlan ? .credited : .waiting))
            let posted: Credits = action == .creditPlan ? Self.pro : action == .creditFace ? Credits(28_000_000) : .zero
            #expect(fixture.wallet.posted == posted)
            #expect(fixture.books.transfers.count == (action == .ignore ? 0 : action == .refund ? 2 : 1))
            #expect(fixture.books.houseChanges.values.reduce(.zero, +) == .zero - posted)
        }
    }

    @Test("A refund shows in the statement that money came and went")
    func refund() throws {
        var fixture = Fixture()
        let transfer = Fixture.transfer(1, Fixture.slot(28_000_000))
        _ = fixture.place(1)
        _ = fixture.settle(transfer, with: 1)
        _ = fixture.resolve(transfer, .refund, account: fixture.account, refund: "0xback")
        #expect(fixture.books.transfers.map(\.id) == ["\(transfer.id):credit", "\(transfer.id):refund"])
        #expect(fixture.books.transfers.map(\.kind) == [.recharge, .refund])
        #expect(fixture.books.transfers.map(\.balanceAfter) == [Credits(28_000_000), .zero])
    }

    @Test("A deposit of nobody's is given to whom the operator names, or sent back without an account")
    func unknown() throws {
        var fixture = Fixture()
        let transfers = (1...3).map { Fixture.transfer($0, Fixture.slot(5_000_000)) }
        for transfer in transfers { #expect(fixture.settle(transfer, with: nil)?.reason == .unknown) }
        #expect(fixture.resolve(transfers[0], .creditFace, account: nil).refusal?.code == .invalidRequest)
        #expect(fixture.resolve(transfers[0], .creditPlan, account: fixture.account).refusal?.code == .invalidRequest)
        #expect(fixture.resolve(transfers[0], .creditFace, account: AccountID(high: 9, low: 9)).refusal?.code == .notFound)
        let credited = try #require(fixture.resolve(transfers[0], .creditFace, account: fixture.account).deposit)
        #expect(credited.account == fixture.account && fixture.wallet.posted == Credits(5_000_000))
        for _ in 0..<2 { #expect(fixture.resolve(transfers[1], .refund, account: nil).deposit?.state == .refunded) }
        _ = fixture.decide(.createOrder(fixture.order(1)))
        #expect(fixture.resolve(transfers[2], .creditPlan, order: 1, account: fixture.account).deposit?.order?.low == 1)
        #expect(fixture.state(1) == .credited && fixture.wallet.posted == Credits(34_000_000))
        #expect(fixture.books.transfers.count == 2)
    }

    @Test("What is worth nothing, or more than any wallet holds, is not credited by its face value")
    func worthless() {
        var fixture = Fixture()
        for (number, units) in [(1, 0), (2, .max)] as [(Int, UInt128)] {
            let transfer = Fixture.transfer(number, Fixture.slot(units))
            _ = fixture.settle(transfer, with: nil)
            #expect(fixture.resolve(transfer, .creditFace, account: fixture.account).refusal?.code == .conflict)
            #expect(fixture.resolve(transfer, .refund, account: fixture.account).deposit?.state == .refunded)
        }
        #expect(fixture.books.transfers.isEmpty)
    }
}
