import RelayDomain
import RelayTestKit
import Testing

@testable import RelayStore

@Suite struct BooksOnDiskTests {
    @Test("What was written is read back: account, wallet, key, order, hold, receipt, statement", arguments: DatabaseKind.allCases)
    func roundTrip(kind: DatabaseKind) async throws {
        let fixture = try StoreFixture(kind)
        let id = try await fixture.open(1, credits: Credits(1_000))
        _ = await fixture.writer.perform(StoreFixture.admit(1, by: 1))
        _ = await fixture.writer.perform(StoreFixture.admit(2, by: 1))
        _ = await fixture.writer.perform(StoreFixture.end(1, of: 1, StoreFixture.reported(80, 30, cached: 40)))

        let (account, wallet) = try #require(try await fixture.reader.account(id))
        #expect(account.email == "1@example.com")
        #expect(wallet.posted == Credits(926) && wallet.held == Credits(200) && wallet.openHolds == 1 && wallet.plan == "boundless")
        #expect(wallet.used == Tokens(input: 40, output: 30, cachedRead: 40) && wallet.heldTokens == Tokens(input: 100, output: 100))

        let receipts = try await fixture.reader.receipts(of: id, since: nil, limit: 10, after: nil).items
        #expect(receipts.map(\.state) == [.open, .settled])
        let settled = receipts[1]
        #expect(settled.charged == Credits(74) && settled.balanceAfter == Credits(926) && settled.usage.source == .reported)
        #expect(settled.facts.attempts == [Attempt(upstream: "u", model: "gpt-5.2", outcome: .answered, status: 200, milliseconds: 5)])
        #expect(try await fixture.reader.receipt(settled.hold.request) == settled)

        let statement = try #require(try await fixture.reader.statement(of: id, month: StoreFixture.start.month))
        #expect(statement.opening == .zero && statement.closing == Credits(926))
        #expect(statement.entries.map(\.credits) == [Credits(1_000), Credits(-74)])
        #expect(try await fixture.reader.reconcile().isSatisfied)
        try await fixture.close()
    }

    @Test("Lists are paged, newest first, without gaps or repeats", arguments: DatabaseKind.allCases)
    func pages(kind: DatabaseKind) async throws {
        let fixture = try StoreFixture(kind)
        let id = try await fixture.open(1, credits: Credits(100_000))
        for request in 1...25 {
            _ = await fixture.writer.perform(StoreFixture.admit(UInt64(request), by: 1))
            if request % 2 == 0 { _ = await fixture.writer.perform(StoreFixture.end(UInt64(request), of: 1, .void)) }
        }
        var seen: [UInt64] = []
        var cursor: String?
        repeat {
            let page = try await fixture.reader.receipts(of: id, since: nil, limit: 7, after: cursor)
            seen += page.items.map(\.hold.request.low)
            cursor = page.next
        } while cursor != nil
        #expect(seen == Array((1...25).reversed()))
        try await fixture.close()
    }

    @Test(
        "The database itself refuses a wallet in debt, a charge above its hold, and a changed or removed journal entry",
        arguments: DatabaseKind.allCases)
    func constraints(kind: DatabaseKind) async throws {
        let fixture = try StoreFixture(kind)
        _ = try await fixture.open(1, credits: Credits(1_000))
        _ = await fixture.writer.perform(StoreFixture.admit(1, by: 1))
        _ = await fixture.writer.perform(StoreFixture.end(1, of: 1, StoreFixture.reported(10, 10)))
        try await fixture.close()
        for sql in [
            "UPDATE wallets SET held = posted + 1", "UPDATE wallets SET posted = -1", "UPDATE wallets SET open_holds = -1",
            "UPDATE receipts SET charged = held + 1", "UPDATE receipts SET state = 'voided'", "UPDATE transfers SET amount = 1",
            "DELETE FROM transfers",
            "INSERT INTO transfers SELECT id, wallet, number + 1, kind, debit, credit, amount, balance_after, at, note FROM transfers",
        ] {
            #expect(throws: (any Error).self, "\(sql)") { try fixture.database.execute(sql) }
        }
    }

    @Test("A statement that ends leaves nothing to the next one, which may get its address", arguments: DatabaseKind.allCases)
    func statements(kind: DatabaseKind) async throws {
        let fixture = try StoreFixture(kind)
        for number in 0..<200 as Range<Int64> {
            let found = try await fixture.reader.source.read { session in
                try session.rows(SQLStatement("SELECT \(number)")) { $0.integer(0) }
            }
            #expect(found == [number])
        }
        try await fixture.close()
    }

    @Test("One process owns an SQLite database")
    func lock() async throws {
        let fixture = try StoreFixture(.sqlite)
        #expect(throws: StoreFailure.self) { try StoreFixture(on: fixture.database) }
        try await fixture.close()
        try await StoreFixture(on: fixture.database).close()
    }

    @Test("A database of a newer version is not touched", arguments: DatabaseKind.allCases)
    func newer(kind: DatabaseKind) async throws {
        let fixture = try StoreFixture(kind)
        try await fixture.close()
        let (table, column) = kind == .sqlite ? ("grdb_migrations", "identifier") : ("schema_migrations", "name")
        try fixture.database.execute("INSERT INTO \(table) (\(column)) VALUES ('9999-future')")
        #expect(throws: StoreFailure.self) { try StoreFixture(on: fixture.database) }
    }

    @Test("At the start, holds of the dead process expire and nothing is charged", arguments: DatabaseKind.allCases)
    func recovery(kind: DatabaseKind) async throws {
        let fixture = try StoreFixture(kind)
        let id = try await fixture.open(1, credits: Credits(1_000))
        for request in 1...3 as ClosedRange<UInt64> { _ = await fixture.writer.perform(StoreFixture.admit(request, by: 1)) }
        _ = await fixture.writer.perform(StoreFixture.end(2, of: 1, StoreFixture.reported(10, 10)))
        try await fixture.close()
        let again = try StoreFixture(on: fixture.database)
        #expect(try await again.census.begin() == 2)
        let (_, wallet) = try #require(try await again.reader.account(id))
        #expect(wallet.posted == Credits(980) && wallet.held == .zero && wallet.openHolds == 0 && wallet.heldTokens == .zero)
        #expect(try await again.reader.receipt(StoreFixture.request(1))?.state == .expired)
        #expect(try await again.reader.reconcile().isSatisfied)
        try await again.close()
    }
}
