import RelayDomain
import RelayStore
import Testing

@Suite struct AdjustmentTests {
    private static func adjust(_ account: UInt64, _ credits: Credits, _ id: UInt64 = 1) -> Command {
        .adjust(
            Adjustment(
                id: AdjustmentID(high: 6, low: id), account: StoreFixture.account(account), credits: credits, reason: "r",
                at: StoreFixture.start))
    }

    @Test("An adjustment under one id moves credits once; another amount or wallet under it is refused", arguments: DatabaseKind.allCases)
    func once(kind: DatabaseKind) async throws {
        let fixture = try StoreFixture(kind)
        for account in 1...2 as ClosedRange<UInt64> { _ = try await fixture.open(account, credits: Credits(100)) }
        for (id, credits) in [(1, Credits(-7)), (2, Credits(thousandths: 1_001))] as [(UInt64, Credits)] {
            let first = await fixture.writer.perform(Self.adjust(1, credits, id))
            let again = await fixture.writer.perform(Self.adjust(1, credits, id))
            guard case .wallet(let one) = first, case .wallet(let two) = again else { return #expect(Bool(false)) }
            #expect(one == two)
            for other in [Self.adjust(1, .zero - credits, id), Self.adjust(1, credits + Credits(1), id), Self.adjust(2, credits, id)] {
                guard case .refused(let refusal) = await fixture.writer.perform(other) else { return #expect(Bool(false)) }
                #expect(refusal.code == .conflict && refusal.param == "id")
            }
        }
        #expect(try await fixture.reader.account(StoreFixture.account(1))?.1.posted == Credits(thousandths: 94_001))
        #expect(try await fixture.reader.account(StoreFixture.account(2))?.1.posted == Credits(100))
        #expect(try await fixture.reader.reconcile().isSatisfied)
        try await fixture.close()
    }
}
