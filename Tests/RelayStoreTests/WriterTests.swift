import RelayDomain
import RelayStore
import RelayTestKit
import Testing

@Suite struct WriterTests {
    private static var quick: LedgerWriterLimits {
        var limits = LedgerWriterLimits()
        limits.retryMilliseconds = 10
        limits.stopSeconds = 0.2
        return limits
    }

    private static let diskFull = StoreFailure(.unavailable, "the disk is full")

    @Test("N concurrent requests on a balance of exactly k holds: exactly k are admitted", arguments: [1, 7, 40], DatabaseKind.allCases)
    func exactAdmission(k: Int, kind: DatabaseKind) async throws {
        let fixture = try StoreFixture(kind)
        let id = try await fixture.open(1, credits: Credits(Int64(k) * 200))
        let writer = fixture.writer
        let admitted = await withTaskGroup(of: Bool.self) { group in
            for request in 1...100 as ClosedRange<UInt64> {
                group.addTask {
                    if case .admitted = await writer.perform(StoreFixture.admit(request, by: 1)) { true } else { false }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(admitted == k)
        #expect(try await fixture.reader.account(id)?.1.available == .zero)
        try await fixture.close()
    }

    @Test(
        "While the database fails, admissions are refused, endings wait, and land when it works again",
        arguments: [FaultySession.Fault.refused(diskFull), .undone(diskFull)], DatabaseKind.allCases)
    func failingDatabase(fault: FaultySession.Fault, kind: DatabaseKind) async throws {
        let faults = FaultSwitch()
        let fixture = try StoreFixture(kind, limits: Self.quick) { FaultySession($0) { faults.value } }
        let id = try await fixture.open(1, credits: Credits(1_000))
        _ = await fixture.writer.perform(StoreFixture.admit(1, by: 1))
        faults.value = fault
        let writer = fixture.writer
        let ending = Task { await writer.perform(StoreFixture.end(1, of: 1, StoreFixture.reported(10, 10))) }
        while writer.isHealthy { try await Task.sleep(for: .milliseconds(1)) }
        guard case .refused(let refusal) = await writer.perform(StoreFixture.admit(2, by: 1)) else { return #expect(Bool(false)) }
        #expect(refusal.code == .ledgerUnavailable && refusal.status == 503 && refusal.retryAfterSeconds != nil)
        faults.value = nil
        guard case .ended(let ended) = await ending.value else { return #expect(Bool(false)) }
        #expect(ended.charged == Credits(20) && ended.isFirst)
        while !writer.isHealthy { try await Task.sleep(for: .milliseconds(1)) }
        guard case .admitted = await writer.perform(StoreFixture.admit(3, by: 1)) else { return #expect(Bool(false)) }
        #expect(try await fixture.reader.account(id)?.1.posted == Credits(980))
        #expect(try await fixture.reader.reconcile().isSatisfied)
        try await fixture.close()
    }

    @Test(
        "A stop writes what is queued; with a dead database it ends all the same, and the holds stay open for the next start",
        arguments: DatabaseKind.allCases)
    func stop(kind: DatabaseKind) async throws {
        let faults = FaultSwitch()
        let fixture = try StoreFixture(kind, limits: Self.quick) { FaultySession($0) { faults.value } }
        _ = try await fixture.open(1, credits: Credits(1_000))
        _ = await fixture.writer.perform(StoreFixture.admit(1, by: 1))
        faults.value = .refused(Self.diskFull)
        let writer = fixture.writer
        let ending = Task { await writer.perform(StoreFixture.end(1, of: 1, StoreFixture.reported(10, 10))) }
        while writer.isHealthy { try await Task.sleep(for: .milliseconds(1)) }
        await writer.stop()
        guard case .refused(let refusal) = await ending.value else { return #expect(Bool(false)) }
        #expect(refusal.code == .ledgerUnavailable)
        guard case .refused(let late) = await writer.perform(StoreFixture.admit(2, by: 1)) else { return #expect(Bool(false)) }
        #expect(late.code == .draining)
        #expect(try await fixture.reader.receipt(StoreFixture.request(1))?.state == .open)
        try fixture.store.close()
    }

    @Test("One command that the books refuse does not take its batch with it", arguments: DatabaseKind.allCases)
    func poison(kind: DatabaseKind) async throws {
        let fixture = try StoreFixture(kind)
        _ = try await fixture.open(1, credits: Credits(1_000))
        // A price of zero: nothing in the ledger looks at it, and the table refuses it.
        let order = RechargeOrder(
            id: OrderID(high: 9, low: 9), account: StoreFixture.account(1), plan: "pro", price: .zero, credits: Credits(1),
            createdAt: StoreFixture.start)
        let writer = fixture.writer
        async let poisoned = writer.perform(.createOrder(order))
        async let good = writer.perform(StoreFixture.admit(1, by: 1))
        guard case .refused(let refusal) = await poisoned, case .admitted = await good else { return #expect(Bool(false)) }
        #expect(refusal.code == .internalError)
        #expect(writer.isHealthy)
        #expect(try await fixture.reader.reconcile().isSatisfied)
        try await fixture.close()
    }
}
