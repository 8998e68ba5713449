import GRDB
import RelayDomain
import RelayStoreSQLite
import RelayTestKit
import Testing

@testable import RelayStore

@Suite struct BooksOnDiskTests {
    @Test("What was written is read back: account, wallet, key, order, hold, receipt, statement")
    func roundTrip() async throws {
        let fixture = try StoreFixture()
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

    @Test("Lists are paged, newest first, without gaps or repeats")
    func pages() async throws {
        let fixture = try StoreFixture()
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

    @Test("The database itself refuses a wallet in debt, a charge above its hold, and a changed or removed journal entry")
    func constraints() async throws {
        let fixture = try StoreFixture()
        _ = try await fixture.open(1, credits: Credits(1_000))
        _ = await fixture.writer.perform(StoreFixture.admit(1, by: 1))
        _ = await fixture.writer.perform(StoreFixture.end(1, of: 1, StoreFixture.reported(10, 10)))
        try await fixture.close()
        let queue = try DatabaseQueue(path: fixture.folder.path("relay.db"))
        for sql in [
            "UPDATE wallets SET held = posted + 1", "UPDATE wallets SET posted = -1", "UPDATE wallets SET open_holds = -1",
            "UPDATE receipts SET charged = held + 1", "UPDATE receipts SET state = 'voided'", "UPDATE transfers SET amount = 1",
            "DELETE FROM transfers",
            "INSERT INTO transfers SELECT id, wallet, number + 1, kind, debit, credit, amount, balance_after, at, note FROM transfers",
        ] {
            #expect(throws: DatabaseError.self, "\(sql)") { try queue.write { try $0.execute(sql: sql) } }
        }
    }

    @Test(
        "Reconciliation names what is wrong",
        arguments: [
            ("UPDATE wallets SET posted = posted + 1", "wallets equal their journal"),
            ("UPDATE wallets SET held = held + 1", "held credits and slots equal the open holds"),
            ("UPDATE wallets SET open_holds = 5", "held credits and slots equal the open holds"),
            ("UPDATE wallets SET output_held = 7", "held tokens equal the month's open holds"),
            ("UPDATE wallets SET input_used = 7", "meters equal the month's receipts"),
            ("UPDATE wallets SET last_transfer = 9", "journals have no gaps"),
            ("UPDATE house_accounts SET posted = posted + 1 WHERE name = 'revenue'", "operator accounts equal the journal"),
            ("UPDATE receipts SET charged = charged - 1", "each settled receipt has its one charge"),
            ("DELETE FROM receipts WHERE charged > 0", "no charge without a receipt"),
            ("DELETE FROM orders", "no recharge without an order"),
            ("UPDATE orders SET state = 'waiting', credited_at = NULL", "each credited order has its one entry"),
            ("UPDATE wallets SET high_cost_used = 1", "high-cost credits equal the month's requests"),
            ("UPDATE wallets SET high_cost_held = 1", "high-cost credits equal the month's requests"),
            ("UPDATE keys SET open_holds = 1", "a key's counters equal its requests"),
            ("UPDATE keys SET used = 1", "a key's counters equal its requests"),
            ("UPDATE receipts SET input_metered = 9, cached_metered = 1", "meters count what was reported, at most what was held"),
            ("UPDATE receipts SET output_metered = 11", "meters count what was reported, at most what was held"),
            ("UPDATE usage_totals SET requests = 2", "usage totals equal the receipts"),
            ("UPDATE usage_totals SET credits = credits + 1", "usage totals equal the receipts"),
            ("DELETE FROM usage_totals", "usage totals equal the receipts"),
            (
                """
                INSERT INTO holds SELECT request, account, key, created_at, month, endpoint, stream, requested_model, model, high_cost,
                  input_price, output_price, cached_price, held, input_held, output_held, max_output_tokens, client_retry_count, key_counted,
                  idempotency_key, 0
                FROM receipts
                """,
                "a request is open or ended"
            ),
        ])
    func findings(sql: String, check: String) async throws {
        let fixture = try StoreFixture()
        _ = try await fixture.open(1, credits: Credits(1_000))
        for request in 1...2 as ClosedRange<UInt64> { _ = await fixture.writer.perform(StoreFixture.admit(request, by: 1)) }
        _ = await fixture.writer.perform(StoreFixture.end(1, of: 1, StoreFixture.reported(10, 10)))
        #expect(try await fixture.reader.reconcile().isSatisfied)
        try await fixture.close()
        let queue = try DatabaseQueue(path: fixture.folder.path("relay.db"))
        try await queue.write { try $0.execute(sql: sql) }
        try queue.close()
        let again = try StoreFixture(folder: fixture.folder)
        let failed = try await again.reader.reconcile().checks.filter { !$0.isSatisfied }
        #expect(failed.contains { $0.name == check }, "\(failed)")
        try await again.close()
    }

    @Test("A statement that ends leaves nothing to the next one, which may get its address")
    func statements() async throws {
        let fixture = try StoreFixture()
        for number in 0..<200 as Range<Int64> {
            let found = try await fixture.reader.source.read { session in
                try session.rows(SQLStatement("SELECT \(number)")) { $0.integer(0) }
            }
            #expect(found == [number])
        }
        try await fixture.close()
    }

    @Test("One process owns a database")
    func lock() async throws {
        let fixture = try StoreFixture()
        #expect(throws: StoreFailure.self) { try StoreFixture(folder: fixture.folder) }
        try await fixture.close()
        try await StoreFixture(folder: fixture.folder).close()
    }

    @Test("A database of a newer version is not touched")
    func newer() async throws {
        let fixture = try StoreFixture()
        try await fixture.close()
        let queue = try DatabaseQueue(path: fixture.folder.path("relay.db"))
        try await queue.write { try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('9999-future')") }
        try queue.close()
        #expect(throws: StoreFailure.self) { try StoreFixture(folder: fixture.folder) }
    }

    @Test("At the start, holds of the dead process expire and nothing is charged")
    func recovery() async throws {
        let fixture = try StoreFixture()
        let id = try await fixture.open(1, credits: Credits(1_000))
        for request in 1...3 as ClosedRange<UInt64> { _ = await fixture.writer.perform(StoreFixture.admit(request, by: 1)) }
        _ = await fixture.writer.perform(StoreFixture.end(2, of: 1, StoreFixture.reported(10, 10)))
        try await fixture.close()
        let again = try StoreFixture(folder: fixture.folder)
        #expect(try await again.census.begin() == 2)
        let (_, wallet) = try #require(try await again.reader.account(id))
        #expect(wallet.posted == Credits(980) && wallet.held == .zero && wallet.openHolds == 0 && wallet.heldTokens == .zero)
        #expect(try await again.reader.receipt(StoreFixture.request(1))?.state == .expired)
        #expect(try await again.reader.reconcile().isSatisfied)
        try await again.close()
    }
}
