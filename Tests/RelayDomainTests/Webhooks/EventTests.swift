import Testing

@testable import RelayDomain

@Suite("What programs are told") struct EventTests {
    private typealias Fixture = PaymentFixture

    private static func order(_ number: UInt64) -> OrderID { OrderID(high: 0, low: number) }

    @Test("Each step of an order is told once, and by what paid it; commands that come again tell nothing")
    func steps() throws {
        var fixture = Fixture()
        _ = fixture.place(1)
        for _ in 0..<2 { _ = fixture.settle(Fixture.transfer(1), with: 1) }
        _ = fixture.place(2, [Fixture.slot(at: "T2")])
        for _ in 0..<2 { _ = fixture.decide(.cancelOrder(fixture.account, Self.order(2), at: Fixture.start)) }
        _ = fixture.place(3, [Fixture.slot(at: "T3")])
        for _ in 0..<2 { _ = fixture.confirm(3, Fixture.hash(9)) }
        _ = fixture.place(4, [Fixture.slot(at: "T4")])
        _ = fixture.settle(Fixture.transfer(4, Fixture.slot(at: "T4"), after: 31 * Fixture.minute), with: 4)
        let names = [
            "\(Self.order(1)):created", "\(Self.order(1)):credited", "\(Self.order(2)):created", "\(Self.order(2)):cancelled",
            "\(Self.order(3)):created", "\(Self.order(3)):credited", "\(Self.order(4)):created", "\(Self.order(4)):credited_late",
        ]
        #expect(fixture.books.events.map(\.name) == names)
        #expect(fixture.books.events.allSatisfy { $0.account == fixture.account })
        let paidBy = fixture.books.events.compactMap { event -> String? in
            if case .recharge(let notice) = event.payload { notice.transaction } else { nil }
        }
        #expect(paidBy == [Fixture.hash(1), Fixture.hash(9), Fixture.hash(4)])
    }

    @Test("Who is refused tells nothing")
    func refused() {
        var fixture = Fixture()
        _ = fixture.place(1, limit: 1)
        let told = fixture.books.events
        #expect(fixture.place(1).refusal != nil)
        #expect(fixture.place(2, limit: 1).refusal != nil)
        #expect(fixture.decide(.cancelOrder(fixture.account, Self.order(7), at: Fixture.start)).refusal != nil)
        #expect(fixture.confirm(7).refusal != nil)
        #expect(fixture.books.events == told && told.count == 1)
    }

    @Test("What the operator is to decide is told once: of an order to its account as well, of nobody's to the operator alone")
    func reviews() throws {
        var fixture = Fixture()
        _ = fixture.place(1)
        let (under, strange) = (Fixture.transfer(1, Fixture.slot(28_000_000)), Fixture.transfer(2, Fixture.slot(5_000_000, at: "T9")))
        for _ in 0..<2 {
            _ = fixture.settle(under, with: 1)
            _ = fixture.settle(strange, with: nil)
        }
        let told = fixture.books.events.dropFirst()
        #expect(told.map(\.name) == ["\(under.id):review", "\(strange.id):review"])
        #expect(told.map(\.kind) == [.rechargeReview, .depositReview])
        #expect(told.map(\.account) == [fixture.account, nil])
        // Another amount does not change what people see of the order.
        if case .recharge(let notice)? = told.first?.payload {
            #expect(notice.standing == .waiting && notice.transaction == Fixture.hash(1))
        } else {
            Issue.record("\(told)")
        }
        // The plan is given all the same, and that is told of the order.
        _ = fixture.resolve(under, .creditPlan, account: fixture.account)
        #expect(fixture.books.events.last?.name == "\(Self.order(1)):credited")
    }

    @Test("A wallet that falls below a tenth of its plan's credits is told of at that entry, and again only after it was above")
    func low() throws {
        // The plan's credits are 29,000,000.
        var fixture = LedgerFixture(credits: Credits(2_900_150))
        func spend(_ tokens: Int64) throws {
            let request = fixture.request(input: tokens, output: 50)
            _ = try fixture.admit(request).get()
            _ = fixture.end(request.request, .settle(ReportedUsage(prompt: tokens, completion: 50).usage))
            _ = fixture.end(request.request, .settle(ReportedUsage(prompt: tokens, completion: 50).usage))
        }
        func adjust(_ number: UInt64, _ credits: Credits) {
            let adjustment = Adjustment(
                id: AdjustmentID(high: 0, low: number), account: fixture.account, credits: credits, reason: "r", at: LedgerFixture.start)
            for _ in 0..<2 { _ = fixture.ledger.decide(.adjust(adjustment), in: &fixture.books) }
        }
        try spend(100)
        #expect(fixture.wallet.posted == Credits(2_900_000) && fixture.books.events.isEmpty)
        try spend(1)
        try spend(100)
        let name = "\(fixture.account):low"
        #expect(fixture.books.events.map(\.name) == ["\(name):2"])
        #expect(
            fixture.books.events[0].payload
                == .walletLow(account: fixture.account, credits: Credits(2_899_949), threshold: Credits(2_900_000)))
        adjust(1, Credits(10_000))
        adjust(2, Credits(-20_000))
        #expect(fixture.books.events.map(\.name) == ["\(name):2", "\(name):5"])
    }

    @Test("A key's budget is told of at each of its parts, once a month, late endings included")
    func budget() throws {
        var fixture = LedgerFixture(credits: Credits(1_000_000), policy: KeyPolicy(monthlyBudget: Credits(1_000)))
        func spend(_ tokens: Int64, at time: Timestamp = LedgerFixture.start, late: Bool = false) throws {
            let request = fixture.request(input: tokens - 1, output: 1, at: time)
            _ = try fixture.admit(request).get()
            if late { _ = fixture.end(request.request, .expire, at: time) }
            for _ in 0..<2 {
                _ = fixture.end(request.request, .settle(ReportedUsage(prompt: tokens - 1, completion: 1).usage), at: time)
            }
        }
        let name = "\(fixture.key.id):budget"
        try spend(799)
        #expect(fixture.books.events.isEmpty)
        try spend(1, late: true)
        #expect(fixture.books.events.map(\.name) == ["\(name):2026-11:80"])
        try spend(100)
        try spend(99)
        #expect(fixture.books.events.map(\.name) == ["\(name):2026-11:80"])
        try spend(1)
        #expect(fixture.books.events.map(\.name) == ["\(name):2026-11:80", "\(name):2026-11:100"])
        try spend(999, at: Timestamp(rfc3339: "2026-12-01T00:00:00Z")!)
        try spend(1, at: Timestamp(rfc3339: "2026-12-01T00:00:00Z")!)
        #expect(fixture.books.events.map(\.name).suffix(2) == ["\(name):2026-12:80", "\(name):2026-12:100"])
    }

    @Test("An entry of the review queue is told of as it is opened, not as it grows")
    func opened() {
        var fixture = LedgerFixture(credits: Credits(1_000))
        func find(_ number: UInt64) {
            let finding = Finding(
                review: ReviewID(high: 0, low: number), account: fixture.account, reason: .retries, summary: "often", request: nil,
                throttle: nil, at: LedgerFixture.start)
            _ = fixture.ledger.decide(.find(finding), in: &fixture.books)
        }
        find(1)
        find(2)
        #expect(fixture.books.events.map(\.name) == ["\(ReviewID(high: 0, low: 1)):opened"])
        #expect(fixture.books.events.allSatisfy { $0.kind.isForOperatorAlone && $0.kind.isAlert })
    }

    @Test("A message is JSON whose members have one order, and whatever stands in a text is escaped")
    func body() throws {
        var fixture = Fixture()
        _ = fixture.place(1)
        #expect(
            fixture.books.events[0].body == """
                {"type":"recharge.created","timestamp":"2026-11-23T12:00:00.000Z","data":{"id":"\(Self.order(1))",\
                "account":"\(fixture.account)","plan":"pro","usd":"29.00","credits":29000000,"state":"waiting","network":"tron",\
                "transaction":null}}
                """)
        let review = Review(
            id: ReviewID(high: 0, low: 1), account: fixture.account, reason: .retries, createdAt: Fixture.start, updatedAt: Fixture.start,
            count: 1, summary: "a\"b\\c\nd\u{1}é", requests: [])
        #expect(WebhookEvent.opened(review).body.hasSuffix(#""reason":"retries","summary":"a\"b\\c\u000ad\u0001é"}}"#))
    }

    @Test("A webhook is told of what it asked for and its owner may know, and of nobody else's")
    func wants() {
        let (own, other) = (AccountID(high: 1, low: 1), AccountID(high: 1, low: 2))
        func webhook(_ account: AccountID?, _ events: [WebhookEvent.Kind] = []) -> Webhook {
            Webhook(
                id: WebhookID(high: 0, low: 1), account: account, url: "https://a", events: events, sealedSecret: [1],
                createdAt: Fixture.start)
        }
        for kind in WebhookEvent.Kind.allCases {
            #expect(webhook(nil).wants(kind, of: own) && webhook(nil).wants(kind, of: nil))
            #expect(webhook(own).wants(kind, of: own) == !kind.isForOperatorAlone)
            #expect(!webhook(own).wants(kind, of: other) && !webhook(own).wants(kind, of: nil))
            #expect(webhook(own, [.walletLow]).wants(kind, of: own) == (kind == .walletLow))
        }
    }

    @Test("After a rotation both secrets are valid for a day; who fails for five days without a success is disabled")
    func life() {
        var webhook = Webhook(
            id: WebhookID(high: 0, low: 1), account: nil, url: "https://a", events: [], sealedSecret: [1], createdAt: Fixture.start)
        func after(_ days: Int64, _ milliseconds: Int64 = 0) -> Timestamp {
            Fixture.start.adding(milliseconds: days * Fixture.day + milliseconds)
        }
        webhook.rotate(to: [2], at: Fixture.start)
        #expect(webhook.sealedSecrets(at: after(1, -1)) == [[2], [1]] && webhook.sealedSecrets(at: after(1)) == [[2]])
        webhook.count(hasArrived: false, at: after(0))
        webhook.count(hasArrived: true, at: after(3))
        webhook.count(hasArrived: false, at: after(4))
        webhook.count(hasArrived: false, at: after(9, -1))
        #expect(webhook.state == .active)
        webhook.count(hasArrived: false, at: after(9))
        #expect(webhook.state == .disabled && webhook.disabledBecause == "nothing has arrived since \(after(4).rfc3339)")
        webhook.enable()
        #expect(webhook.state == .active && webhook.disabledBecause == nil && webhook.failingSince == nil)
    }
}
