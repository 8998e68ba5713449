import RelayDomain
import RelayStore
import RelayStoreSQLite
import Testing

@Suite struct ReviewBatchTests {
    @Test("One transaction resolves a review and opens another of its reason, whichever of the two has the lower id")
    func replacement() async throws {
        let fixture = try StoreFixture()
        let account = try await fixture.open(1, credits: Credits(1_000))
        await fixture.writer.stop()
        let session = fixture.store.writerSession()
        func finding(_ number: UInt64) -> Command {
            .find(
                Finding(
                    review: ReviewID(high: 5, low: number), account: account, reason: .retries, summary: "s", request: nil, throttle: nil,
                    at: StoreFixture.start))
        }
        func resolution(_ number: UInt64) -> Command {
            .resolve(
                Resolution(
                    review: ReviewID(high: 5, low: number), account: account, action: .dismiss, note: "n", at: StoreFixture.start))
        }
        _ = try BatchScript().run([finding(50)], by: StoreFixture.ledger, on: session)
        _ = try BatchScript().run([resolution(50), finding(40)], by: StoreFixture.ledger, on: session)
        _ = try BatchScript().run([resolution(40), finding(60)], by: StoreFixture.ledger, on: session)
        let states = try await fixture.reader.reviews(onlyOpen: false, limit: 9, after: nil).items.map { ($0.id.low, $0.state) }
        #expect(states.map(\.0) == [60, 50, 40] && states.map(\.1) == [.open, .dismissed, .dismissed])
        try fixture.store.close()
    }
}
