import RelayDomain
import RelayTestKit
import Testing

@testable import RelayStore

/// What nodes that are gone have left behind.
@Suite struct OrphanTests {
    @Test("Of all nodes that live, just one begins with a request; who is alone, or not on the list, shares with nobody")
    func shares() {
        let living: [Int64] = [7, 9, 12]
        let shares = living.compactMap { OrphanShare(of: $0, among: living) }
        #expect(shares.count == 3)
        var sizes = [0, 0, 0]
        for number in 0..<300 as Range<UInt64> {
            let request = RequestID(high: 1, low: number &* 0x9E37_79B9_7F4A_7C15)
            let owners = shares.indices.filter { shares[$0].contains(request) }
            #expect(owners.count == 1)
            for owner in owners { sizes[owner] += 1 }
        }
        #expect(sizes.allSatisfy { $0 > 50 }, "\(sizes)")
        #expect(OrphanShare(of: 8, among: living) == nil && OrphanShare(of: 7, among: [7]) == nil)
    }

    /// On shared books, with holds that nobody has any more.
    private func orphaned(_ count: UInt64, limits: LedgerWriterLimits = LedgerWriterLimits()) async throws -> StoreFixture {
        let fixture = try StoreFixture(on: TestDatabase(.sqlite), isShared: true, limits: limits)
        _ = try await fixture.open(1, credits: Credits(1_000_000))
        for request in 1...count {
            guard case .admitted = await fixture.writer.perform(StoreFixture.admit(request, by: 1, input: 10, output: 10)) else {
                throw StoreFailure(.corrupt, "not admitted")
            }
        }
        try await fixture.writer.run { try $0.execute(SQLStatement("UPDATE holds SET epoch = 0")) }
        return fixture
    }

    private func census(_ fixture: StoreFixture) -> NodeCensus {
        NodeCensus(
            reader: fixture.reader, writer: fixture.writer, dialect: .sqlite, isShared: true, graceMilliseconds: 3_600_000,
            now: { StoreFixture.start })
    }

    @Test("On shared books a start does not wait for what nodes that are gone have left; the first look ends it")
    func start() async throws {
        let fixture = try await orphaned(3)
        #expect(try await census(fixture).begin() == 0)
        #expect(try await fixture.reader.receipt(StoreFixture.request(1))?.state == .open)
        #expect(try await census(fixture).run().expired == 3)
        #expect(try await fixture.reader.receipt(StoreFixture.request(1))?.state == .expired)
        try await fixture.close()
    }

    @Test("Several nodes look at once: each hold is ended once, whoever else lives")
    func together() async throws {
        let fixture = try await orphaned(40)
        try await fixture.writer.run { session in
            for epoch in 100...101 as ClosedRange<Int64> {
                try session.execute(SQLStatement("INSERT INTO nodes VALUES ($1, 'other', 0, 9000000000000, 0, 'living')")) {
                    $0.append(epoch)
                }
            }
        }
        let censuses = (0..<3).map { _ in census(fixture) }
        let ended = try await withThrowingTaskGroup(of: Int.self) { group in
            for census in censuses { group.addTask { try await census.run().expired } }
            return try await group.reduce(0, +)
        }
        #expect(ended == 40)
        #expect(try await fixture.reader.orphanedHolds().isEmpty)
        #expect(try await fixture.reader.account(StoreFixture.account(1))?.1.held == .zero)
        try await fixture.close()
    }
}
