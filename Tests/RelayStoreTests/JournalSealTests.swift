import RelayDomain
import RelayStoreSQLite
import RelayTestKit
import Synchronization
import Testing

@testable import RelayStore
@testable import RelayStorePostgres

@Suite struct JournalSealTests {
    @Test("A seal's list is read as it was written, whatever the ids look like")
    func coding() throws {
        let ids = [
            "\(StoreFixture.request(7)):settle", "\(StoreFixture.request(7)):absorbed", "\(OrderID(high: 3, low: 9)):credit", "adj_1_25",
            "dep:tron:abc:0", "req_short:settle", "", String(repeating: "ü", count: 300),
        ]
        let entries = ids.enumerated().map { SealEntry(id: $1, mark: [UInt8](repeating: UInt8($0), count: SealEntry.markBytes)) }
        let bytes = SealEntryCoding.encode(entries)
        #expect(try SealEntryCoding.decode(bytes) == entries)
        #expect(SealEntryCoding.encode([entries[0]]).count == 25)
        #expect(throws: StoreFailure.self) { try SealEntryCoding.decode(Array(bytes.dropLast())) }
        #expect(throws: StoreFailure.self) { try SealEntryCoding.decode([9]) }
    }

    @Test("Rows that differ in anything, or only in where a text ends, have other bytes")
    func canonical() throws {
        let fields: [SealedRow.Field] = [
            .text("id"), .text("w"), .number(1), .text("charge"), .text("d"), .text("c"), .number(5), .number(6), .number(7), .text(""),
        ]
        let row = SealedTransfer(row: SealedRow(fields)).bytes
        for index in fields.indices {
            var other = fields
            switch other[index] {
            case .text(let text): other[index] = .text(text + "x")
            case .number(let number): other[index] = .number(number + 1)
            case .null: break
            }
            #expect(SealedTransfer(row: SealedRow(other)).bytes != row, "column \(index)")
        }
        var shifted = fields
        (shifted[4], shifted[5]) = (.text("dc"), .text(""))
        #expect(SealedTransfer(row: SealedRow(shifted)).bytes != row)
        shifted = fields
        shifted[9] = .null
        #expect(SealedTransfer(row: SealedRow(shifted)).bytes != row)
    }

    @Test("What a thousand batches have posted ends up under seals of bounded length, and nothing is left to do")
    func run() async throws {
        let fixture = try StoreFixture()
        _ = try await fixture.open(1, credits: Credits(100_000))
        for request in 1...1_100 as ClosedRange<UInt64> {
            _ = await fixture.writer.perform(StoreFixture.admit(request, by: 1, input: 10, output: 10))
            _ = await fixture.writer.perform(StoreFixture.end(request, of: 1, StoreFixture.reported(5, 5)))
        }
        let sealer = JournalSealer(reader: fixture.reader, writer: fixture.writer, code: SoundBooks.code)
        #expect(try await sealer.run() == 1_101)
        #expect(try await sealer.run() == 0)
        let counts = try await fixture.store.read {
            try $0.rows(SQLStatement("SELECT count FROM journal_seals ORDER BY number")) { $0.integer(0) }
        }
        #expect(counts == [512, 512, 77])
        let reader = LedgerReader(source: fixture.store, journalCode: SoundBooks.code)
        #expect(try await reader.reconcile().isSatisfied)
        let other = LedgerReader(source: fixture.store) { SoundBooks.code($0 + [0]) }
        #expect(try await !other.reconcile().isSatisfied, "the seals verify by any key")
        try await fixture.close()
    }

    @Test("While another node is sealing, nobody waits for it: what there is is left to that one, and sealed when it did not")
    func busy() async throws {
        let fixture = try StoreFixture(.postgres)
        _ = try await fixture.open(1, credits: Credits(1_000))
        let other = try PostgresConnection(PostgresAddress(url: fixture.database.url))
        try other.run("BEGIN; SELECT * FROM journal_head FOR UPDATE")
        let sealer = JournalSealer(reader: fixture.reader, writer: fixture.writer, code: SoundBooks.code)
        #expect(try await sealer.run() == 0)
        try other.run("ROLLBACK")
        #expect(try await sealer.run() == 1)
        try await fixture.writer.run { try $0.execute(SQLStatement("DELETE FROM journal_head")) }
        _ = await fixture.writer.perform(
            .adjust(
                Adjustment(
                    id: AdjustmentID(high: 1, low: 1), account: StoreFixture.account(1), credits: Credits(1), reason: "r",
                    at: StoreFixture.start)))
        let failure = await #expect(throws: StoreFailure.self) { try await JournalSealTests.sealer(of: fixture).run() }
        #expect(failure?.kind == .corrupt)
        try await fixture.close()
    }

    private static func sealer(of fixture: StoreFixture) -> JournalSealer {
        JournalSealer(reader: fixture.reader, writer: fixture.writer, code: SoundBooks.code)
    }

    @Test("One step on the writer's thread reads no more transfers than a seal has, however many wait, also where they are not whole")
    func bounded() async throws {
        let most = MutexBox()
        let fixture = try StoreFixture(wrapping: { CountingSession($0, reads: "FROM transfers WHERE id", most: most) })
        _ = try await fixture.open(1, credits: Credits(1_000))
        try await fixture.writer.run { session in
            for batch in 0..<40 {
                // Before the whole one, and none of them is there.
                let entries = (0..<(batch == 7 ? 700 : 300)).map { "aaa \(batch) \($0)" }
                try session.execute(SQLStatement.insert(into: "unsealed_batches", "first_entry, entries")) {
                    $0.append(entries[0])
                    $0.append(entries.joined(separator: "\n"))
                }
            }
        }
        #expect(try await Self.sealer(of: fixture).run() == 1)
        // A batch that is larger than a seal is not parted.
        #expect(most.value.withLock { $0 } == 700)
        try await fixture.close()
    }

    @Test("What was posted under a lower id than what was sealed is found by one of the next runs, not by each")
    func remembered() async throws {
        let fixture = try StoreFixture()
        _ = try await fixture.open(1, credits: Credits(1_000))
        let sealer = Self.sealer(of: fixture)
        #expect(try await sealer.run() == 1)
        _ = await fixture.writer.perform(
            .adjust(
                Adjustment(
                    id: AdjustmentID(high: 1, low: 1), account: StoreFixture.account(1), credits: Credits(1), reason: "r",
                    at: StoreFixture.start)))
        #expect(try await sealer.run() == 0)
        var runs = 1
        while try await sealer.run() == 0, runs < 20 { runs += 1 }
        #expect(runs == 15)
        #expect(try await LedgerReader(source: fixture.store, journalCode: SoundBooks.code).reconcile().isSatisfied)
        try await fixture.close()
    }

    @Test("Books are opened with the encryption key that they were made with, and with no other")
    func encryptionKey() async throws {
        let fixture = try StoreFixture()
        try await fixture.writer.requireEncryptionKey([1, 2, 3])
        try await fixture.writer.requireEncryptionKey([1, 2, 3])
        await #expect(throws: OtherEncryptionKey.self) { try await fixture.writer.requireEncryptionKey([1, 2, 4]) }
        #expect(fixture.writer.isHealthy)
        try await fixture.close()
    }
}

/// A row of a test's own.
private struct SealedRow: SQLRow {
    enum Field {
        case text(String)
        case number(Int64)
        case null
    }

    private let fields: [Field]
    private let texts: [[UInt8]]

    init(_ fields: [Field]) {
        self.fields = fields
        texts = fields.map { if case .text(let text) = $0 { Array(text.utf8) } else { [] } }
    }

    func integer(_ column: Int) -> Int64 { if case .number(let number) = fields[column] { number } else { 0 } }
    func bytes(_ column: Int) -> UnsafeBufferPointer<UInt8> {
        // Lives for as long as this test's process.
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: texts[column].count)
        _ = copy.initialize(from: texts[column])
        return UnsafeBufferPointer(copy)
    }
    func isNull(_ column: Int) -> Bool { if case .null = fields[column] { true } else { false } }
}
