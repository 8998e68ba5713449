import RelayDomain
import Synchronization
import Testing

@testable import RelayStore

@Suite struct AnnouncementTests {
    @Test("Where a batch is durable that tells of something, somebody is woken; where it tells of nothing, or is undone, nobody is")
    func waking() async throws {
        let fixture = try StoreFixture()
        let account = try await fixture.open(1, credits: Credits(1_000))
        await fixture.writer.stop()
        let session = fixture.store.writerSession()
        let count = Mutex(0)
        let script = BatchScript { count.withLock { $0 += 1 } }
        func orders(_ numbers: UInt64...) -> [Command] {
            numbers.map {
                .createOrder(
                    RechargeOrder(
                        id: OrderID(high: 9, low: $0), account: account, plan: "pro", price: Credits(1), credits: Credits(1),
                        createdAt: StoreFixture.start))
            }
        }
        _ = try script.run([StoreFixture.admit(1, by: 1)], by: StoreFixture.ledger, on: session)
        #expect(count.withLock { $0 } == 0)
        _ = try script.run(orders(1, 2), by: StoreFixture.ledger, on: session)
        #expect(count.withLock { $0 } == 1)
        // What was told already is written twice by nobody: the whole batch fails.
        #expect(throws: StoreFailure.self) {
            try session.transaction { try session.execute(SQLStatement("DELETE FROM orders WHERE credited_at IS NULL")) { _ in } }
            _ = try script.run(orders(1), by: StoreFixture.ledger, on: session)
        }
        #expect(count.withLock { $0 } == 1)
        try fixture.store.close()
    }
}
