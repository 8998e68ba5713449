import RelayDomain
import RelayStore
import RelayTestKit
import Testing

/// Every command and every question, for one row and for several at once: what a database cannot parse is seen here.
@Suite struct EveryStatementTests {
    private static let start = StoreFixture.start

    private static func claimed(_ number: UInt64, request: UInt64) -> Command {
        guard case .admit(var admission) = StoreFixture.admit(request, by: number) else { preconditionFailure() }
        admission.idempotency = IdempotencyClaim(key: "key \(number)", fingerprint: [UInt8](repeating: UInt8(number), count: 32))
        return .admit(admission)
    }

    private static func answered(_ number: UInt64, request: UInt64) -> Command {
        .end(
            HoldEnding(
                request: StoreFixture.request(request), account: StoreFixture.account(number), outcome: StoreFixture.reported(10, 10),
                facts: ExchangeFacts(), answer: .sealed([1, 2, UInt8(number)]), at: start))
    }

    private static func found(_ number: UInt64) -> Command {
        .find(
            Finding(
                review: ReviewID(high: 4, low: number), account: StoreFixture.account(number), reason: .retries, summary: "often",
                request: StoreFixture.request(number), throttle: Finding.Throttle(milliseconds: 1, strikes: 9, strikeMilliseconds: 1),
                at: start))
    }

    private static func order(_ number: UInt64) -> RechargeOrder {
        RechargeOrder(
            id: OrderID(high: 5, low: number), account: StoreFixture.account(number), plan: Plan.boundless.id, price: Credits(1),
            credits: Credits(5), createdAt: start)
    }

    private static func rounds(_ accounts: ClosedRange<UInt64>, from request: UInt64) -> [[Command]] {
        let last = accounts.upperBound
        return [
            accounts.map { claimed($0, request: request + $0) }, accounts.map { answered($0, request: request + $0) },
            // The first answer is repeated; another key is freed.
            accounts.map { claimed($0, request: request + 100 + $0) }, accounts.map(found), accounts.map(found),
            accounts.map {
                .resolve(
                    Resolution(
                        review: ReviewID(high: 4, low: $0), account: StoreFixture.account($0), action: .dismiss, note: "n", at: start))
            },
            accounts.map { .createOrder(order($0)) },
            accounts.map {
                .confirmOrder(
                    OrderConfirmation(
                        order: order($0).id, account: StoreFixture.account($0), note: "n", transaction: "t\($0)", at: start))
            },
            accounts.map { .cancelOrder(StoreFixture.account($0), order($0).id, at: start) },
            accounts.map {
                .adjust(
                    Adjustment(
                        id: AdjustmentID(high: 6, low: $0), account: StoreFixture.account($0), credits: Credits(1), reason: "r", at: start))
            },
            accounts.map { .setPlan(StoreFixture.account($0), plan: Plan.boundless.id, at: start) },
            accounts.map { .suspend(StoreFixture.account($0), because: "r") }, [.suspend(StoreFixture.account(last), because: nil)],
            accounts.map { .revokeKey(StoreFixture.account($0), KeyID(high: 2, low: $0), at: start) },
        ]
    }

    @Test("Every command can be entered and every question be asked", arguments: DatabaseKind.allCases)
    func everything(kind: DatabaseKind) async throws {
        let fixture = try StoreFixture(kind)
        for account in 1...4 as ClosedRange<UInt64> { _ = try await fixture.open(account, credits: Credits(10_000)) }
        await fixture.writer.stop()
        let session = fixture.store.writerSession()
        var replies: [Reply] = []
        for batch in Self.rounds(1...1, from: 10) + Self.rounds(2...4, from: 20) {
            replies += try BatchScript().run(batch, by: StoreFixture.ledger, on: session)
        }
        let refused = replies.filter { if case .refused = $0 { true } else { false } }
        // Orders that were credited are not cancelled.
        #expect(refused.count == 4, "\(refused)")
        #expect(replies.filter { if case .replayed = $0 { true } else { false } }.count == 4)
        try await ask(fixture)
        try fixture.store.close()
    }

    private func ask(_ fixture: StoreFixture) async throws {
        let reader = fixture.reader
        let account = StoreFixture.account(1)
        #expect(try await reader.accounts(limit: 3, after: nil).items.count == 3)
        #expect(try await reader.keys(of: nil, limit: 9, after: nil).items.count == 4)
        #expect(try await reader.keys(of: account, limit: 9, after: nil).items.count == 1)
        #expect(try await reader.key(KeyID(high: 2, low: 1))?.revokedAt == Self.start)
        #expect(try await reader.orders(of: nil, limit: 9, after: nil).items.count == 8)
        #expect(try await reader.orders(of: account, limit: 9, after: nil).items.count == 2)
        #expect(try await reader.order(Self.order(1).id)?.transaction == "t1")
        #expect(try await reader.receipts(of: account, since: Self.start, limit: 9, after: nil).items.count == 2)
        #expect(try await reader.reviews(onlyOpen: false, limit: 9, after: nil).items.map(\.count) == [2, 2, 2, 2])
        #expect(try await reader.reviews(onlyOpen: true, limit: 9, after: nil).items.isEmpty)
        #expect(try await reader.review(ReviewID(high: 4, low: 1))?.note == "n")
        let sealed = try await reader.sealedAnswer(AnswerRecord.ID(account: account, key: "key 1"), of: StoreFixture.request(11))
        #expect(sealed == [1, 2, 1])
        #expect(try await reader.authenticate(PresentedKey(account: account, hash: StoreFixture.hash(1)), at: Self.start) == nil)
        for grouping in UsageGrouping.allCases {
            let usage = try await reader.usage(of: account, days: 0...100_000, by: grouping, limit: 9)
            #expect(usage.map(\.total.requests) == [1])
        }
        #expect(try await reader.statement(of: account, month: Self.start.month)?.entries.count == 4)
        #expect(try await reader.orphanedHolds().isEmpty)
        let reconciliation = try await reader.reconcile()
        #expect(reconciliation.isSatisfied, "\(reconciliation.checks.filter { !$0.isSatisfied })")
    }

    @Test("Leases that have run out end, and are forgotten", arguments: DatabaseKind.allCases)
    func census(kind: DatabaseKind) async throws {
        let fixture = try StoreFixture(on: TestDatabase(kind), isShared: true)
        let census = NodeCensus(
            reader: fixture.reader, writer: fixture.writer, dialect: fixture.store.dialect, isShared: true, graceMilliseconds: 1,
            now: { Self.start })
        _ = try await census.begin()
        try await fixture.writer.run { session in
            for (epoch, state) in [(-1, "living"), (-2, "gone")] as [(Int64, String)] {
                try session.execute(SQLStatement("INSERT INTO nodes VALUES ($1, 'old', 0, 0, 0, $2)")) {
                    $0.append(epoch)
                    $0.append(state)
                }
            }
        }
        let own = try await fixture.store.read { try $0.rows(SQLStatement("SELECT max(epoch) FROM nodes")) { $0.integer(0) }[0] }
        let (buried, expired) = try await census.run()
        #expect(buried.contains(-1) && expired == 0)
        let left = try await fixture.store.read { try $0.rows(SQLStatement("SELECT epoch FROM nodes ORDER BY epoch")) { $0.integer(0) } }
        #expect(left.contains(-1) && left.contains(own) && !left.contains(-2))
        _ = try await census.clockOffsetMilliseconds()
        try await fixture.close()
    }
}
