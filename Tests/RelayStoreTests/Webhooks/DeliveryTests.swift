import RelayDomain
import RelayTestKit
import Testing

@testable import RelayStore

@Suite("Deliveries") struct DeliveryTests {
    private typealias Books = PaymentBooks
    private static let start = StoreFixture.start

    /// Books with accounts, webhooks and short ways to their deliveries, of one node and of a second one.
    private struct Scene {
        let books: Books
        var book: WebhookBook { WebhookBook(writer: books.writer) }
        let first: WebhookDeliveries
        let second: WebhookDeliveries

        init(_ kind: DatabaseKind, accounts: ClosedRange<UInt64> = 1...2) async throws {
            books = try Books(kind)
            first = WebhookDeliveries(reader: books.reader, writer: books.writers[0])
            second = WebhookDeliveries(reader: books.reader, writer: books.writers[1])
            for account in accounts { _ = try await books.fixture.open(account, credits: Credits(1_000)) }
            // What was told before there was a webhook is sent to nobody.
            while try await first.dispatch(at: start) {}
        }

        func webhook(_ number: UInt64, of account: UInt64?, _ events: [WebhookEvent.Kind] = []) async throws -> Webhook {
            try await book.create(
                Webhook(
                    id: WebhookID(high: 1, low: number), account: account.map(StoreFixture.account), url: "https://example.com/\(number)",
                    events: events, sealedSecret: [UInt8(number)], createdAt: start))
        }

        /// Tells of an order.
        func order(_ number: UInt64, of account: UInt64) async {
            _ = await books.writer.perform(
                .createOrder(
                    RechargeOrder(
                        id: OrderID(high: 8, low: number), account: StoreFixture.account(account), plan: Plan.boundless.id,
                        price: Credits(1), credits: Credits(5), createdAt: start)))
        }

        func after(_ milliseconds: Int64) -> Timestamp { start.adding(milliseconds: milliseconds) }

        func claim(_ limit: Int = 100, after milliseconds: Int64 = 0) async throws -> [DueDelivery] {
            try await first.claim(limit: limit, until: after(milliseconds + 60_000), at: after(milliseconds))
        }

        func deliveries(_ state: Delivery.State? = nil) async throws -> [Delivery] {
            try await books.reader.deliveries(in: .all, state: state, limit: 1_000, after: nil).items
        }

        func close() async throws {
            let checks = try await books.findings()
            #expect(checks.isEmpty, "\(checks)")
            try await books.close()
        }
    }

    @Test("An event goes once to each webhook that may know of it, whoever dispatches", arguments: DatabaseKind.allCases)
    func dispatch(kind: DatabaseKind) async throws {
        let scene = try await Scene(kind)
        _ = try await scene.webhook(1, of: 1)
        _ = try await scene.webhook(2, of: 2)
        _ = try await scene.webhook(3, of: nil)
        _ = try await scene.webhook(4, of: nil, [.walletLow])
        for number in 1...30 as ClosedRange<UInt64> { await scene.order(number, of: 1) }
        async let one = scene.first.dispatch(at: Self.start)
        async let two = scene.second.dispatch(at: Self.start)
        let dispatched = try await [one, two]
        #expect(dispatched.contains(true))
        while try await scene.first.dispatch(at: Self.start) {}
        let made = try await scene.deliveries()
        #expect(made.count == 60 && Set(made.map { "\($0.webhook) \($0.event)" }).count == 60)
        #expect(Set(made.map(\.webhook.low)) == [1, 3])
        #expect(try await !scene.second.dispatch(at: Self.start))
        try await scene.close()
    }

    @Test("What is claimed is nobody else's until the claim ends; who comes back too late writes nothing", arguments: DatabaseKind.allCases)
    func claims(kind: DatabaseKind) async throws {
        let scene = try await Scene(kind)
        let webhook = try await scene.webhook(1, of: 1)
        await scene.order(1, of: 1)
        _ = try await scene.first.dispatch(at: Self.start)
        #expect(try await scene.first.nextDue() == Self.start)
        let lost = try #require(try await scene.claim().first)
        #expect(lost.attempt == 1 && lost.sealedSecrets == [[1]] && lost.url == webhook.url && lost.event.hasSuffix(":created"))
        let body = try await scene.books.reader.eventBody(lost.event)
        #expect(lost.body == body)
        #expect(try await scene.claim().isEmpty)
        #expect(try await scene.second.claim(limit: 9, until: scene.after(99_999), at: scene.after(59_999)).isEmpty)
        #expect(try await scene.first.nextDue() == scene.after(60_000))
        let found = try #require(try await scene.claim(after: 60_000).first)
        #expect(found.id == lost.id && found.attempt == 2 && found.claim > lost.claim)
        try await scene.first.record(.delivered(status: 200), of: lost, at: scene.after(60_001))
        #expect(try await scene.deliveries(.pending).count == 1)
        try await scene.first.record(.again(at: scene.after(70_000), status: 500, error: "no"), of: found, at: scene.after(60_002))
        // The same word twice is the word of a claim that is over.
        try await scene.first.record(.delivered(status: 200), of: found, at: scene.after(60_003))
        let waiting = try #require(try await scene.deliveries().first)
        #expect(waiting.state == .pending && waiting.lastStatus == 500 && waiting.lastError == "no" && waiting.attempts == 2)
        #expect(try await scene.claim(after: 69_999).isEmpty)
        let last = try #require(try await scene.claim(after: 70_000).first)
        try await scene.first.record(.delivered(status: 204), of: last, at: scene.after(70_001))
        let done = try #require(try await scene.deliveries().first)
        #expect(done.state == .delivered && done.deliveredAt == scene.after(70_001) && done.attempts == 3 && done.lastError == nil)
        #expect(try await scene.first.nextDue() == nil)
        try await scene.close()
    }

    @Test("A webhook has a few deliveries under way at a time, the oldest first, and one where it fails", arguments: DatabaseKind.allCases)
    func shares(kind: DatabaseKind) async throws {
        let scene = try await Scene(kind)
        _ = try await scene.webhook(1, of: 1)
        _ = try await scene.webhook(2, of: 2)
        for number in 1...20 as ClosedRange<UInt64> { await scene.order(number, of: 1) }
        await scene.order(99, of: 2)
        _ = try await scene.first.dispatch(at: Self.start)
        let claimed = try await scene.claim()
        let (slow, other) = (claimed.filter { $0.webhook.low == 1 }, claimed.filter { $0.webhook.low == 2 })
        #expect(slow.count == 4 && other.count == 1)
        #expect(slow.map(\.event).sorted() == slow.map(\.event) && slow[0].event == "\(OrderID(high: 8, low: 1)):created")
        // It is as busy as may be: nothing is due before a claim ends.
        #expect(try await scene.claim().isEmpty)
        #expect(try await scene.first.nextDue() == scene.after(60_000))
        for delivery in slow {
            try await scene.first.record(.again(at: scene.after(5_000), status: nil, error: "refused"), of: delivery, at: Self.start)
        }
        #expect(try await scene.claim().count == 1)
        #expect(try await scene.claim().isEmpty)
        try await scene.close()
    }

    @Test(
        "Who wants no more, or has failed for five days, gets nothing more, until it is enabled and replayed",
        arguments: DatabaseKind.allCases)
    func disabled(kind: DatabaseKind) async throws {
        let scene = try await Scene(kind)
        let webhook = try await scene.webhook(1, of: 1)
        for number in 1...3 as ClosedRange<UInt64> { await scene.order(number, of: 1) }
        _ = try await scene.first.dispatch(at: Self.start)
        let claimed = try await scene.claim(2)
        try await scene.first.record(.gone(status: 410), of: claimed[0], at: Self.start)
        try await scene.first.record(.delivered(status: 200), of: claimed[1], at: Self.start)
        let failed = try await scene.deliveries(.failed)
        #expect(failed.count == 3 && failed.filter { $0.lastError == "the webhook is disabled" }.count == 2)
        #expect(try await scene.books.reader.webhook(webhook.id)?.disabledBecause == "the receiver answered 410: it wants no more")
        await scene.order(4, of: 1)
        #expect(try await scene.first.dispatch(at: Self.start))
        #expect(try await scene.deliveries().count == 3)
        let refusal = await #expect(throws: Refusal.self) { try await scene.book.replay(failed[0].id, in: .all, at: Self.start) }
        #expect(refusal?.code == .conflict)
        _ = try await scene.book.enable(webhook.id, in: .account(StoreFixture.account(1)))
        #expect(try await scene.book.replay(failed[0].id, in: .all, at: Self.start).state == .pending)
        let again = try #require(try await scene.claim().first)
        #expect(again.id == failed[0].id && again.attempt == 1)
        try await scene.first.record(.again(at: scene.after(1), status: 500, error: "no"), of: again, at: Self.start)
        let late = try #require(try await scene.claim(after: 432_000_000).first)
        try await scene.first.record(.again(at: scene.after(432_000_001), status: 500, error: "no"), of: late, at: scene.after(432_000_000))
        #expect(try await scene.books.reader.webhook(webhook.id)?.state == .disabled)
        #expect(try await scene.deliveries(.pending).isEmpty)
        try await scene.close()
    }

    @Test(
        "An account has ten webhooks at most, sees and touches none of another's, and its own go with what was sent",
        arguments: DatabaseKind.allCases)
    func owners(kind: DatabaseKind) async throws {
        let scene = try await Scene(kind)
        for number in 1...10 as ClosedRange<UInt64> { _ = try await scene.webhook(number, of: 1) }
        for (account, code) in [(1, .conflict), (99, .notFound)] as [(UInt64, Refusal.Code)] {
            let refusal = await #expect(throws: Refusal.self) { try await scene.webhook(11, of: account) }
            #expect(refusal?.code == code)
        }
        _ = try await scene.webhook(12, of: nil)
        await scene.order(1, of: 1)
        _ = try await scene.first.dispatch(at: Self.start)
        let reader = scene.books.reader
        let (own, other) = (WebhookScope.account(StoreFixture.account(1)), WebhookScope.account(StoreFixture.account(2)))
        let page = try await reader.webhooks(in: own, limit: 7, after: nil)
        let rest = try await reader.webhooks(in: own, limit: 7, after: page.next)
        #expect(page.items.count == 7 && rest.items.count == 3)
        #expect(try await reader.webhooks(in: other, limit: 7, after: nil).items.isEmpty)
        #expect(try await reader.webhooks(in: .operators, limit: 7, after: nil).items.map(\.id.low) == [12])
        #expect(try await reader.deliveries(in: own, limit: 50, after: nil).items.count == 10)
        #expect(try await reader.deliveries(in: .operators, limit: 50, after: nil).items.count == 1)
        let first = WebhookID(high: 1, low: 1)
        let delivery = try #require(try await reader.deliveries(in: .all, webhook: first, limit: 50, after: nil).items.first)
        #expect(try await reader.delivery(delivery.id) == delivery)
        #expect(try await reader.deliveries(in: other, webhook: first, limit: 50, after: nil).items.isEmpty)
        await #expect(throws: Refusal.self) { try await scene.book.delete(first, in: other) }
        await #expect(throws: Refusal.self) { try await scene.book.replay(delivery.id, in: other, at: Self.start) }
        await #expect(throws: Refusal.self) { try await scene.book.rotate(first, in: .operators, to: [9], at: Self.start) }
        let rotated = try await scene.book.rotate(first, in: own, to: [9], at: Self.start)
        let kept = try await reader.webhook(first)
        #expect(kept == rotated && rotated.sealedSecrets(at: Self.start) == [[9], [1]])
        try await scene.book.delete(first, in: own)
        #expect(try await reader.webhook(first) == nil)
        #expect(try await reader.deliveries(in: own, limit: 50, after: nil).items.count == 9)
        _ = try await scene.webhook(13, of: 1)
        try await scene.close()
    }

    @Test(
        "An order that has expired is told of once, one that is seen or under review is not, nor one long ago",
        arguments: DatabaseKind.allCases)
    func expired(kind: DatabaseKind) async throws {
        let scene = try await Scene(kind)
        _ = try await scene.webhook(1, of: 1, [.rechargeExpired, .rechargeSeen])
        for number in 1...4 as ClosedRange<UInt64> { _ = await scene.books.place(number, of: 1, [Books.slot(at: "T\(number)")]) }
        try await scene.books.find([Books.transfer(2, Books.slot(28_000_000, at: "T2"))])
        let sighting = Sighting(transfer: Books.transfer(3, Books.slot(at: "T3"), block: 210), head: 211)
        for sightings in [[sighting], [], [sighting]] {
            try await scene.books.book.show(.tron, sightings: sightings, head: 211, final: 200)
        }
        _ = await scene.books.writer.perform(.cancelOrder(StoreFixture.account(1), OrderID(high: 7, low: 4), at: Self.start))
        func told(after milliseconds: Int64) async throws -> [String] {
            while try await scene.first.dispatch(at: scene.after(milliseconds)) {}
            return try await scene.deliveries().map(\.event).sorted()
        }
        let seen = "\(OrderID(high: 7, low: 3)):seen"
        #expect(try await told(after: 1_800_000) == [seen])
        #expect(try await told(after: 1_800_000 + 15_000) == ["\(OrderID(high: 7, low: 1)):expired", seen])
        #expect(try await told(after: 1_900_000).count == 2)
        // The payment was not what it seemed: much later nobody wants to know any more.
        try await scene.books.book.show(.tron, sightings: [], head: 212, final: 201)
        #expect(try await told(after: 1_800_000 + 604_800_000).count == 2)
        try await scene.close()
    }

    @Test(
        "What has ended is removed when it is old, and what waits stays; nothing that was removed is told again",
        arguments: DatabaseKind.allCases)
    func sweep(kind: DatabaseKind) async throws {
        let scene = try await Scene(kind)
        _ = try await scene.webhook(1, of: 1)
        for number in 1...3 as ClosedRange<UInt64> { await scene.order(number, of: 1) }
        _ = try await scene.first.dispatch(at: Self.start)
        let claimed = try await scene.claim(2)
        try await scene.first.record(.delivered(status: 200), of: claimed[0], at: Self.start)
        try await scene.first.record(.failed(status: 500, error: "no"), of: claimed[1], at: Self.start)
        try await scene.first.sweep(before: Self.start)
        #expect(try await scene.deliveries().count == 3)
        try await scene.first.sweep(before: scene.after(1))
        #expect(try await scene.deliveries().map(\.state) == [.pending])
        #expect(try await scene.books.reader.eventBody(claimed[0].event) == nil)
        #expect(try await !scene.first.dispatch(at: scene.after(1)))
        try await scene.close()
    }

    @Test(
        "An order that would be credited twice is not written with a second event; a warning that was given hinders nothing",
        arguments: DatabaseKind.allCases)
    func twice(kind: DatabaseKind) async throws {
        let fixture = try StoreFixture(kind)
        _ = try await fixture.open(1, credits: Credits(1_000))
        await fixture.writer.stop()
        let session = fixture.store.writerSession()
        let name = "\(ReviewID(high: 4, low: 1)):opened"
        let finding = Finding(
            review: ReviewID(high: 4, low: 1), account: StoreFixture.account(1), reason: .retries, summary: "often", request: nil,
            throttle: nil, at: Self.start)
        let event = SQLStatement("INSERT INTO events (name, kind, account, at, body) VALUES ($1, 'review.opened', $2, 0, '{}')")
        try session.transaction {
            for name in [name, "\(OrderID(high: 5, low: 1)):created"] {
                try session.execute(event) {
                    $0.append(name)
                    $0.append(StoreFixture.account(1))
                }
            }
        }
        _ = try BatchScript().run([.find(finding)], by: StoreFixture.ledger, on: session)
        let order = RechargeOrder(
            id: OrderID(high: 5, low: 1), account: StoreFixture.account(1), plan: Plan.boundless.id, price: Credits(1), credits: Credits(5),
            createdAt: Self.start)
        let failure = #expect(throws: StoreFailure.self) {
            try BatchScript().run([.createOrder(order)], by: StoreFixture.ledger, on: session)
        }
        #expect(failure?.kind == .constraint)
        #expect(try await fixture.reader.order(order.id) == nil)
        try fixture.store.close()
    }

    @Test("An ordinary request runs no statement of events")
    func cost() async throws {
        let fixture = try StoreFixture()
        _ = try await fixture.open(1, credits: Credits(100_000))
        let session = RecordingSession(fixture.store.writerSession())
        await fixture.writer.stop()
        for command in [StoreFixture.admit(1, by: 1), StoreFixture.end(1, of: 1, StoreFixture.reported(80, 30))] {
            _ = try BatchScript().run([command], by: StoreFixture.ledger, on: session)
        }
        #expect(session.runs.allSatisfy { !$0.statement.sql.contains("events") })
        try fixture.store.close()
    }
}
