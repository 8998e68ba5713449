import Foundation
import RelayDomain
import RelayTestKit
import Synchronization
import Testing

@testable import RelayStore
@testable import RelayStorePostgres

/// Requests that are settled after their holds have expired, while their receipts move to an archive.
@Suite("Late settlements and archives") struct LateSettlementTests {
    private static func expectReconciled(_ books: OldBooks, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let failed = try await books.reader.reconcile().checks.filter { !$0.isSatisfied }
        #expect(failed.isEmpty, "\(failed)", sourceLocation: sourceLocation)
    }

    private static func posted(_ books: OldBooks) async throws -> Credits {
        try #require(try await books.reader.account(OldBooks.accounts[0])).1.posted
    }

    @Test("What is settled before its day is claimed is archived as settled", arguments: DatabaseKind.allCases)
    func before(kind: DatabaseKind) async throws {
        let books = try await OldBooks(kind)
        let id = try await books.expired(9_999)
        guard case .ended(let ended) = await books.fixture.writer.perform(OldBooks.settleLate(id)) else { return #expect(Bool(false)) }
        #expect(ended.isFirst && ended.charged == Credits(10))
        #expect(try await books.retention().run().count == 4)
        try await Self.expectReconciled(books)
        try await books.fixture.close()
    }

    @Test(
        "What comes after its day was claimed finds that its receipt is final: nothing is charged, and the archive is what was removed",
        arguments: DatabaseKind.allCases)
    func during(kind: DatabaseKind) async throws {
        let books = try await OldBooks(kind)
        let ids = [try await books.expired(9_998), try await books.expired(9_999)]
        let before = try await Self.posted(books)
        let writer = books.fixture.writer
        let replies = Mutex<[Reply]>([])
        // Between the first batches that are removed and the last: the file is written.
        let retention = try books.retention {
            guard replies.withLock({ $0.isEmpty }) else { return }
            for id in ids {
                let reply = await writer.perform(OldBooks.settleLate(id))
                replies.withLock { $0.append(reply) }
            }
        }
        #expect(try await retention.run().count == 4)
        for reply in replies.withLock({ $0 }) {
            guard case .ended(let ended) = reply else { return #expect(Bool(false), "\(reply)") }
            #expect(!ended.isFirst && ended.state == .expired && ended.charged == .zero)
        }
        // And when it is gone, it is as any other request that nobody knows.
        guard case .refused(let refusal) = await writer.perform(OldBooks.settleLate(ids[0])) else { return #expect(Bool(false)) }
        #expect(refusal.code == .notFound)
        #expect(try await Self.posted(books) == before)
        try await Self.expectReconciled(books)
        try await books.fixture.close()
    }

    /// Waits until the writer is behind another's lock.
    private static func waitForLock(_ onlooker: PostgresConnection) async throws {
        let waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        while try onlooker.run(waiting).isEmpty { try await Task.sleep(for: .milliseconds(2)) }
    }

    @Test("A settlement that comes while another node removes the receipt waits for that, and charges nothing")
    func removedMeanwhile() async throws {
        let books = try await OldBooks(.postgres)
        let id = try await books.expired(9_999)
        let before = try await Self.posted(books)
        let url = books.fixture.database.url
        let (pruner, onlooker) = (try PostgresConnection(PostgresAddress(url: url)), try PostgresConnection(PostgresAddress(url: url)))
        try pruner.run("BEGIN; DELETE FROM receipts WHERE request = '\(id)'")
        let writer = books.fixture.writer
        let late = Task { await writer.perform(OldBooks.settleLate(id)) }
        try await Self.waitForLock(onlooker)
        try pruner.run("COMMIT")
        guard case .ended(let ended) = await late.value else { return #expect(Bool(false)) }
        #expect(!ended.isFirst && ended.charged == .zero)
        #expect(try await Self.posted(books) == before)
        try await books.fixture.close()
    }

    @Test("A day is written only when whoever settles one of its receipts has done so: the archive has the charge")
    func settledMeanwhile() async throws {
        let books = try await OldBooks(.postgres)
        let id = try await books.expired(9_999)
        let url = books.fixture.database.url
        let (other, onlooker) = (try PostgresConnection(PostgresAddress(url: url)), try PostgresConnection(PostgresAddress(url: url)))
        // Another node is about it, and has not seen the claim.
        try other.run("BEGIN; UPDATE receipts SET milliseconds = 4711 WHERE request = '\(id)'")
        let retention = try books.retention()
        let archiving = Task { try await retention.run() }
        try await Self.waitForLock(onlooker)
        try other.run("COMMIT")
        let day = try #require(try await archiving.value.first)
        let text = try String(contentsOfFile: books.folderPath + "/" + day.file, encoding: .utf8)
        #expect(text.split(separator: "\n").contains { $0.contains("\(id)") && $0.contains("4711") }, "\(text)")
        try await Self.expectReconciled(books)
        try await books.fixture.close()
    }

    /// Somebody removes the receipt between the moment at which it is read and the one at which it is written.
    private final class RemovingSession: SQLSession {
        private let base: any SQLSession
        private static let nothing = SQLStatement("DELETE FROM receipts WHERE request = ''")

        init(_ base: any SQLSession) { self.base = base }

        var epoch: Int64 { base.epoch }
        func transaction<T>(_ body: () throws -> T) throws -> T { try base.transaction(body) }

        func query(
            _ statement: SQLStatement, count: Int, bind: (Int, inout SQLParameters) -> Void, row: (any SQLRow) throws -> Void
        ) throws {
            try base.query(statement, count: count, bind: bind, row: row)
        }

        func execute(_ statement: SQLStatement, count: Int, otherwise: StoreFailure?, bind: (Int, inout SQLParameters) -> Void) throws {
            guard statement.sql.hasPrefix("UPDATE receipts") else {
                return try base.execute(statement, count: count, otherwise: otherwise, bind: bind)
            }
            try base.execute(Self.nothing, count: count, otherwise: otherwise) { _, _ in }
        }
    }

    @Test("A late settlement whose receipt is not there any more charges nothing, and is not taken for done")
    func gone() async throws {
        let fixture = try StoreFixture(wrapping: { RemovingSession($0) })
        let account = try await fixture.open(1, credits: Credits(1_000))
        guard case .admitted = await fixture.writer.perform(StoreFixture.admit(1, by: 1)) else { return #expect(Bool(false)) }
        _ = await fixture.writer.perform(StoreFixture.end(1, of: 1, .expire))
        guard case .refused(let refusal) = await fixture.writer.perform(StoreFixture.end(1, of: 1, StoreFixture.reported(10, 10))) else {
            return #expect(Bool(false), "the charge vanished")
        }
        #expect(refusal.code == .internalError)
        #expect(try await fixture.reader.account(account)?.1.posted == Credits(1_000))
        try await fixture.close()
    }
}
