import RelayDomain
import RelayTestKit
import Testing

@testable import RelayStore

/// Statements against the journal that they are made of: ``GatheredStatement`` compares each of them.
@Suite("Statements") struct StatementTests {
    private static let account = OldBooks.accounts[0]

    @Test("Every kind of entry stands in its place, with what is known of the payment behind it", arguments: DatabaseKind.allCases)
    func kinds(kind: DatabaseKind) async throws {
        let fixture = try StoreFixture(kind)
        for wallet in SoundBooks.wallets { _ = try await fixture.open(wallet, credits: Credits(1_000_000)) }
        try await SoundPayments(fixture).make()
        let id = StoreFixture.account(1)
        let adjustment = Adjustment(
            id: AdjustmentID(high: 6, low: 1), account: id, credits: Credits(-3), reason: "r", at: StoreFixture.start)
        let sentBack = DepositID(network: .tron, transaction: SoundPayments.hash(103), ordinal: 0)
        let decision = DepositDecision(
            deposit: sentBack, action: .refund, order: nil, account: id, note: "too little", refundTransaction: "back",
            at: StoreFixture.start)
        for command in [
            StoreFixture.admit(1, by: 1), StoreFixture.end(1, of: 1, StoreFixture.reported(10, 5)), .adjust(adjustment),
            .decideDeposit(decision),
        ] {
            if case .refused(let refusal) = await fixture.writer.perform(command) { Issue.record("\(refusal)") }
        }
        for wallet in SoundBooks.wallets {
            let account = StoreFixture.account(wallet)
            let statement = try #require(try await fixture.reader.statement(of: account, month: StoreFixture.start.month))
            for entry in statement.summary.movements {
                if entry.reference.hasPrefix("dep:") { #expect(entry.network == "tron", "\(entry)") }
                if entry.reference.hasPrefix("dep:"), entry.kind == "recharge" { #expect(entry.transaction != nil, "\(entry)") }
                if entry.reference.hasPrefix("rch_") { #expect(entry.order == entry.request, "\(entry)") }
            }
            #expect(try await fixture.reader.statement(of: account, month: StoreFixture.start.month.next)?.entries.isEmpty == true)
        }
        let statement = try #require(try await fixture.reader.statement(of: id, month: StoreFixture.start.month))
        #expect(Set(statement.entries.map(\.kind)) == ["recharge", "charge", "adjustment", "refund"])
        let refund = try #require(statement.entries.first { $0.reference == "\(sentBack):refund" })
        #expect(refund.transaction == "back" && refund.note == "too little" && refund.credits < .zero)
        let byHand = try #require(statement.entries.first)
        #expect(byHand.kind == "recharge" && byHand.network == nil && byHand.order == "\(OrderID(high: 3, low: 1))")
        let paid = try #require(statement.entries.first { $0.network == "tron" && $0.order != nil })
        #expect(paid.transaction?.hasPrefix("0x") == true)
        #expect(try await fixture.reader.statement(of: StoreFixture.account(99), month: StoreFixture.start.month) == nil)
        try await fixture.close()
    }

    @Test(
        "What a request was charged stays in its month, before, while and after its receipt moves to an archive",
        arguments: DatabaseKind.allCases)
    func archives(kind: DatabaseKind) async throws {
        let books = try await OldBooks(kind)
        // Settled after 85 days, as their node came back: one of them stays, the others go.
        let late = try await books.expired(9_999)
        _ = await books.fixture.writer.perform(OldBooks.settleLate(late))
        let months = Month(year: 2026, month: 8)...Month(year: 2026, month: 11)
        let reader = books.reader
        let before = try await Self.all(months, reader)
        let november = try #require(try await books.reader.statement(of: Self.account, month: months.upperBound))
        #expect(november.summary.movements.map(\.reference).contains("\(late):settle"))
        #expect(november.summary.late.requests == 1 && november.summary.late.credits == Credits(10))
        _ = try await books.retention {
            let meanwhile = try await Self.all(months, reader)
            #expect(meanwhile == before)
        }.run()
        #expect(try await books.receipts().count < 20)
        #expect(try await Self.all(months, reader) == before)
        // Nobody knows any more that it was late.
        let after = try #require(try await books.reader.statement(of: Self.account, month: months.upperBound))
        #expect(after.summary.late.requests == 0 && after.summary.used.requests == november.summary.used.requests + 1)
        try await books.fixture.close()
    }

    /// Every statement of these months, as one text each.
    private static func all(_ months: ClosedRange<Month>, _ reader: LedgerReader) async throws -> [String] {
        var texts: [String] = []
        for account in OldBooks.accounts {
            let periods = try #require(try await reader.statements(of: account, months: months, limit: 10))
            #expect(periods.map(\.month.number) == (months.lowerBound.number...months.upperBound.number).reversed())
            for period in periods {
                let statement = try #require(try await reader.statement(of: account, month: period.month, pageEntries: 2))
                #expect(statement.summary.period == period)
                let used = statement.summary.used.credits + statement.summary.late.credits
                texts.append("\(account) \(period) \(used) \(statement.entries.map(\.reference))")
            }
        }
        return texts
    }

    /// Something that happens in a wallet at a time.
    private struct Event {
        let at: Timestamp
        let command: Command
    }

    /// Months of a wallet: requests of every length, many of them around midnight, adjustments in both directions, and a few endings by a
    /// clock that was set back.
    private static func events(_ generator: inout SeededGenerator, isOrdered: Bool) -> [Event] {
        let start = Timestamp(rfc3339: "2026-09-28T00:00:00Z")!
        var events: [Event] = []
        for number in 1...150 as ClosedRange<UInt64> {
            let midnight = [3, 34].randomElement(using: &generator)! as Int64 * 86_400_000
            let isNear = Bool.random(using: &generator)
            let offset =
                isNear ? midnight + .random(in: -20_000...20_000, using: &generator) : .random(in: 0...6_000_000_000, using: &generator)
            let at = start.adding(milliseconds: offset)
            guard number % 5 != 0 else {
                let credits = Credits(thousandths: .random(in: 1...50_000, using: &generator) * (Bool.random(using: &generator) ? 1 : -1))
                events.append(
                    Event(
                        at: at,
                        command: .adjust(
                            Adjustment(id: AdjustmentID(high: 6, low: number), account: account, credits: credits, reason: "=r", at: at))))
                continue
            }
            let lengths: [Int64] = [5, 900, 30_000, 3_599_999, 3_600_000, 7_200_000, 200_000_000] + (isOrdered ? [] : [-15_000])
            let length = lengths.randomElement(using: &generator)!
            let id = RequestID(high: UInt64(at.milliseconds - 40) << 16, low: number)
            var admission = AdmissionRequest(
                request: id, secret: PresentedKey(account: account, hash: StoreFixture.hash(1)), endpoint: "/v1/chat/completions",
                isStream: false, model: .named(number % 3 == 1 ? "gpt-5.5" : "gpt-5.2"), input: InputCount(tokens: 50, isFinal: true),
                askedOutputTokens: 50, choices: 1, clientRetryCount: 0, at: at)
            if number % 7 == 0 { admission.idempotency = IdempotencyClaim(key: "\(number)", fingerprint: [UInt8](repeating: 1, count: 32)) }
            events.append(Event(at: at, command: .admit(admission)))
            func end(_ outcome: HoldEnding.Outcome, at time: Timestamp) {
                let ending = HoldEnding(request: id, account: account, outcome: outcome, facts: ExchangeFacts(), at: time)
                // What a clock says that was set back comes after what it said before.
                events.append(Event(at: max(time, at.adding(milliseconds: 1)), command: .end(ending)))
            }
            let outcome = StoreFixture.reported(.random(in: 0...80, using: &generator), .random(in: 0...60, using: &generator), cached: 7)
            let endedAt = at.adding(milliseconds: length)
            switch number % 11 {
            case 0: end(.void, at: endedAt)
            case 1, 2:
                end(.expire, at: endedAt)
                end(outcome, at: endedAt.adding(milliseconds: .random(in: 1...3_000_000_000, using: &generator)))
            default: end(outcome, at: endedAt)
            }
        }
        return events.sorted { $0.at < $1.at }
    }

    @Test(
        "Months of every length of request, late endings and clocks that were set back are what the journal says",
        arguments: DatabaseKind.allCases, [true, false])
    func random(kind: DatabaseKind, isOrdered: Bool) async throws {
        var generator = SeededGenerator()
        let seed = generator.seed
        let books = try await OldBooks(kind, perDay: 0)
        for event in Self.events(&generator, isOrdered: isOrdered) {
            if case .refused(let refusal) = await books.fixture.writer.perform(event.command) { Issue.record("seed \(seed): \(refusal)") }
        }
        for _ in 0..<2 {
            for month in 8...13 as ClosedRange<Int64> {
                let pageEntries = Int.random(in: 1...9, using: &generator)
                let statement = try await books.reader.statement(
                    of: Self.account, month: Month(year: 2026, month: month), pageEntries: pageEntries, isOrdered: isOrdered)
                #expect(statement != nil, "seed \(seed), pages of \(pageEntries)")
            }
            // Once more with archives.
            _ = try await books.retention(now: Timestamp(rfc3339: "2026-12-10T00:00:00Z")!).run()
        }
        try await books.fixture.close()
    }

    @Test("A month of many pages is read a page at a time, and what comes in between is not of it", arguments: DatabaseKind.allCases)
    func pages(kind: DatabaseKind) async throws {
        let fixture = try StoreFixture(kind)
        let id = try await fixture.open(1, credits: Credits(1_000_000))
        /// A second after the one before, and it takes two.
        func request(_ number: UInt64) async {
            let at = StoreFixture.start.adding(milliseconds: Int64(number) * 1_000)
            let request = RequestID(high: UInt64(at.milliseconds) << 16, low: number)
            let admission = AdmissionRequest(
                request: request, secret: PresentedKey(account: id, hash: StoreFixture.hash(1)), endpoint: "/v1/chat/completions",
                isStream: false, model: .named("gpt-5.2"), input: InputCount(tokens: 50, isFinal: true), askedOutputTokens: 50, choices: 1,
                clientRetryCount: 0, at: at)
            _ = await fixture.writer.perform(.admit(admission))
            let ending = HoldEnding(
                request: request, account: id, outcome: StoreFixture.reported(20, 10), facts: ExchangeFacts(),
                at: at.adding(milliseconds: 2_000))
            _ = await fixture.writer.perform(.end(ending))
        }
        for number in 1...300 as ClosedRange<UInt64> { await request(number) }
        let summary = try #require(try await fixture.reader.statement(of: id, month: StoreFixture.start.month, listing: 10))
        var pages = StatementEntries(summary.period, source: fixture.store, pageEntries: 50)
        var counts: [Int] = []
        while let page = try await pages.next() {
            counts.append(page.count)
            await request(1_000 + UInt64(counts.count))
        }
        #expect(counts.reduce(0, +) == 301 && counts.allSatisfy { $0 <= 53 } && counts.count >= 7, "\(counts)")
        let after = try #require(try await fixture.reader.statement(of: id, month: StoreFixture.start.month))
        #expect(after.entries.count == 301 + counts.count)
        try await fixture.close()
    }

    @Test("Books that do not lead from the opening to the closing balance give no statement")
    func unsound() async throws {
        let books = try await OldBooks()
        try await books.change("UPDATE receipts SET charged = charged - 1 WHERE charged = (SELECT max(charged) FROM receipts)")
        await #expect(throws: StatementFault.self) {
            for month in OldBooks.months {
                for account in OldBooks.accounts { _ = try await books.reader.statement(of: account, month: month, listing: 10) }
            }
        }
        try await books.fixture.close()
    }

    @Test("Only so many entries are listed, and all are in the sums")
    func listing() async throws {
        let fixture = try StoreFixture()
        let id = try await fixture.open(1, credits: Credits(100))
        for number in 1...9 as ClosedRange<UInt64> {
            _ = await fixture.writer.perform(
                .adjust(
                    Adjustment(
                        id: AdjustmentID(high: 6, low: number), account: id, credits: Credits(thousandths: -1), reason: "r",
                        at: StoreFixture.start)))
        }
        let summary = try #require(try await fixture.reader.statement(of: id, month: StoreFixture.start.month, listing: 4))
        #expect(summary.movements.map(\.number) == [1, 2, 3, 4] && summary.unlisted == 6)
        #expect(summary.moved.map(\.count) == [9, 1] && summary.moved.map(\.credits) == [Credits(thousandths: -9), Credits(100)])
        try await fixture.close()
    }

    @Test(
        "Requests that were not quick are found by their own index",
        arguments: ["", "AND ended_at >= 5 AND ended_at < 9", "AND settled_late = 1"])
    func index(condition: String) async throws {
        let fixture = try StoreFixture()
        let id = try await fixture.open(1, credits: Credits(100))
        let plan = try await fixture.store.read { session in
            try session.rows(
                SQLStatement("EXPLAIN QUERY PLAN SELECT request FROM receipts WHERE account = $1 AND \(StatementRange.slow) \(condition)"),
                bind: { $0.append(id) }, { $0.text(3) })
        }
        #expect(plan.contains { $0.contains("receipts_slow") }, "\(plan)")
        try await fixture.close()
    }
}
