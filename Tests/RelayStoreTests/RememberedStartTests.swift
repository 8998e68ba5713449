import RelayDomain
import RelayTestKit
import Synchronization
import Testing

@testable import RelayStore

@Suite struct RememberedStartTests {
    @Test("Walks begin where the last one came to, and every so often at the first key")
    func walks() {
        let start = RememberedStart(walksFromFirst: 3)
        #expect(start.next() == "")
        start.remember("b")
        // It never goes back by itself.
        start.remember("a")
        #expect(start.next() == "b")
        start.remember("c")
        #expect(start.next() == "c")
        #expect(start.next() == "")
        #expect(start.next() == "")
    }

    /// Notes behind which keys a table's first row is looked for.
    private final class Looks: Sendable {
        let keys = Mutex<[String]>([])
    }

    private struct LookingSource: ReadSource {
        let base: any ReadSource
        let looks: Looks

        func read<T: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> T) async throws -> T {
            try await base.read { [looks] session in try body(LookingSession(base: session, looks: looks)) }
        }
    }

    private struct LookingSession: SQLSession {
        let base: any SQLSession
        let looks: Looks

        func transaction<T>(_ body: () throws -> T) throws -> T { try base.transaction(body) }

        func query(
            _ statement: SQLStatement, count: Int, bind: (Int, inout SQLParameters) -> Void, row: (any SQLRow) throws -> Void
        ) throws {
            if statement === ArchiveStatements.oldest {
                var row = SQLParameters()
                bind(0, &row)
                looks.keys.withLock { $0.append(String(decoding: row.bytes, as: UTF8.self)) }
            }
            try base.query(statement, count: count, bind: bind, row: row)
        }

        func execute(_ statement: SQLStatement, count: Int, otherwise: StoreFailure?, bind: (Int, inout SQLParameters) -> Void) throws {
            try base.execute(statement, count: count, otherwise: otherwise, bind: bind)
        }
    }

    @Test("The oldest receipt is looked for behind the days that were archived, not among what was removed")
    func archives() async throws {
        let books = try await OldBooks()
        let looks = Looks()
        let folder = ArchiveFolder(path: books.folderPath, coding: PlainCoding())
        try folder.prepare()
        let retention = Retention(
            reader: LedgerReader(source: LookingSource(base: books.fixture.store, looks: looks)), writer: books.fixture.writer,
            folder: folder, days: OldBooks.days, pause: {}, now: { OldBooks.now })
        #expect(try await retention.run().count == 4)
        #expect(try await retention.run().isEmpty)
        let keys = looks.keys.withLock { $0 }
        #expect(keys.first == "" && keys == keys.sorted())
        // Each day is looked for once to write its file and once to remove its rows; then there is none, twice.
        let end = Timestamp(dayText: "2026-09-22")!.adding(milliseconds: -3_600_000)
        #expect(
            keys.count == 10
                && keys.suffix(2) == Array(repeating: RequestID(high: UInt64(end.milliseconds) << 16, low: 0).description, count: 2)[...])
        try await books.fixture.close()
    }
}
