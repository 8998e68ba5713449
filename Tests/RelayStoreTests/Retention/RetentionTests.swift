import Foundation
import RelayDomain
import RelayTestKit
import Synchronization
import Testing

@testable import RelayStore

@Suite("Retention of receipts") struct RetentionTests {
    private final class Counts: Sendable {
        let counts = Mutex<[Int]>([])
    }

    /// Every line of every archive, by file.
    private static func archives(_ books: OldBooks) throws -> [String: [String]] {
        var files: [String: [String]] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: books.folderPath) {
            let text = try String(contentsOfFile: books.folderPath + "/" + name, encoding: .utf8)
            files[name] = text.split(separator: "\n").map(String.init)
        }
        return files
    }

    private static func expectReconciled(_ books: OldBooks, _ moment: String = "", sourceLocation: SourceLocation = #_sourceLocation)
        async throws
    {
        let failed = try await books.reader.reconcile().checks.filter { !$0.isSatisfied }
        #expect(failed.isEmpty, "\(moment): \(failed)", sourceLocation: sourceLocation)
    }

    /// What is old is in files, once; what is not is in the database; and the books are what they were.
    private static func expectArchived(
        _ books: OldBooks, was before: [Receipt], statements: [String], _ moment: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let files = try archives(books)
        #expect(
            files.keys.allSatisfy { $0.hasSuffix(".ndjson.gz") && !$0.hasPrefix(".") }, "\(moment): \(files.keys)",
            sourceLocation: sourceLocation)
        let end = Timestamp(day: OldBooks.now.day - OldBooks.days)
        let old = before.filter { $0.hold.createdAt < end }
        let lines = files.values.flatMap(\.self)
        #expect(lines.sorted() == old.map { PlainCoding().line(of: $0) }.sorted(), "\(moment)", sourceLocation: sourceLocation)
        let kept = try await books.receipts()
        #expect(Set(kept) == Set(before).subtracting(old), "\(moment)", sourceLocation: sourceLocation)
        #expect(try await books.statements() == statements, "\(moment)", sourceLocation: sourceLocation)
        try await expectReconciled(books, moment, sourceLocation: sourceLocation)
    }

    @Test(
        "Whole days that are old move to a file each; statements, usage and every check stay as they were",
        arguments: DatabaseKind.allCases)
    func whole(kind: DatabaseKind) async throws {
        let books = try await OldBooks(kind)
        let before = try await books.receipts()
        let statements = try await books.statements()
        #expect(statements.contains { $0.contains(" charge ") })
        try await Self.expectReconciled(books)
        let usage = try await books.reader.usage(of: OldBooks.accounts[0], days: 0...100_000, by: .model, limit: 10)
        let done = try await books.retention().run()
        let expected = OldBooks.oldDays.map { "receipts-\($0).ndjson.gz" } + ["receipts-2026-09-21.ndjson.gz"]
        #expect(done.map(\.file) == expected)
        #expect(done.map(\.receipts).reduce(0, +) == Int64(before.count - (try await books.receipts()).count))
        try await Self.expectArchived(books, was: before, statements: statements)
        let after = try await books.reader.usage(of: OldBooks.accounts[0], days: 0...100_000, by: .model, limit: 10)
        #expect(after.map(\.total) == usage.map(\.total) && after.map(\.group) == usage.map(\.group))
        // Nothing is left to do.
        #expect(try await books.retention().run().isEmpty)
        // Life goes on.
        try await books.request(of: 1, at: "2026-11-23T12:00:00Z")
        try await books.request(of: 2, at: "2026-11-23T12:00:00Z")
        try await Self.expectReconciled(books)
        try await books.fixture.close()
    }

    @Test("Nothing that is younger than the least age is touched, and a day goes only as a whole")
    func young() async throws {
        let books = try await OldBooks()
        let before = try await books.receipts()
        // A day is over, and as old as it must be, at the midnight after its last moment's turn.
        let early = Timestamp(rfc3339: "2026-10-31T23:59:59.999Z")!
        #expect(try await books.retention(now: early).run().isEmpty)
        #expect(try await books.receipts().count == before.count)
        let files = try await books.retention(now: early.adding(milliseconds: 1)).run().map(\.file)
        #expect(files == ["receipts-2026-08-30.ndjson.gz"])
        #expect(try await books.receipts().count == before.count - 10)
        try await Self.expectReconciled(books)
        try await books.fixture.close()
    }

    @Test("A receipt that was archived is not found, and the reader tells where its day has gone")
    func place() async throws {
        let books = try await OldBooks()
        let old = try #require(try await books.receipts().last)
        #expect(try await books.reader.archive(of: old.hold.request) == nil)
        _ = try await books.retention().run()
        #expect(try await books.reader.receipt(old.hold.request) == nil)
        let place = try #require(try await books.reader.archive(of: old.hold.request))
        #expect(place == ArchivePlace(dayText: "2026-08-30", file: "receipts-2026-08-30.ndjson.gz"))
        let kept = try #require(try await books.receipts().first)
        #expect(try await books.reader.archive(of: kept.hold.request) == nil)
        try await books.fixture.close()
    }

    @Test(
        "A process that dies before or after any transaction loses nothing and archives nothing twice", arguments: Sabotage.Moment.allCases)
    func crashes(moment: Sabotage.Moment) async throws {
        var number = 1
        while true {
            let books = try await OldBooks(perDay: 3)
            let before = try await books.receipts()
            let statements = try await books.statements()
            books.sabotage.arm(transaction: number, moment)
            await #expect(throws: (any Error).self, "\(number)") {
                _ = try await books.retention(batch: 2).run()
                if !books.sabotage.hasStruck { throw CancellationError() }
            }
            guard books.sabotage.hasStruck else {
                try await books.fixture.close()
                break
            }
            try await Self.expectReconciled(books, "died at \(number)")
            #expect(try await books.statements() == statements, "died at \(number)")
            // What was being written, and never renamed.
            let temporary = ArchiveFolder.temporaryName(day: Timestamp(dayText: "2026-08-30")!.day, epoch: try await books.epoch)
            if number == 2 { try Data("half".utf8).write(to: URL(filePath: books.folderPath + "/" + temporary)) }
            try await books.restart()
            _ = try await books.retention(batch: 2).run()
            try await Self.expectArchived(books, was: before, statements: statements, "died at \(number)")
            try await books.fixture.close()
            number += 1
        }
        #expect(number > 15, "only \(number) transactions")
    }

    /// Fails as a full disk would, in the middle of a file.
    private struct FullDisk: ArchiveCoding {
        let plain = PlainCoding()
        func line(of receipt: Receipt) -> String { plain.line(of: receipt) }
        func compressor() -> any ArchiveStream { Failing() }
        func decompressor() -> any ArchiveStream { plain.decompressor() }
        func digest() -> any ArchiveDigest { plain.digest() }

        private final class Failing: ArchiveStream {
            func feed(_ bytes: [UInt8], isLast: Bool) throws -> [UInt8] {
                if isLast { throw RetentionFailure("No space left on device") }
                return bytes
            }
        }
    }

    @Test("A file that cannot be written leaves everything as it was, and nothing behind; later it can")
    func fullDisk() async throws {
        let books = try await OldBooks()
        let before = try await books.receipts()
        let statements = try await books.statements()
        for _ in 0..<2 {
            await #expect(throws: RetentionFailure.self) { try await books.retention(coding: FullDisk()).run() }
            #expect(try Self.archives(books).isEmpty)
            #expect(try await books.receipts().count == before.count)
        }
        _ = try await books.retention().run()
        try await Self.expectArchived(books, was: before, statements: statements)
        try await books.fixture.close()
    }

    @Test("A file that is not what was recorded keeps its receipts in the database", arguments: ["changed", "cut", "gone"])
    func damaged(how: String) async throws {
        let books = try await OldBooks()
        let before = try await books.receipts()
        let statements = try await books.statements()
        // The file is recorded, and none of its receipts is removed.
        books.sabotage.arm(transaction: 4, .before)
        await #expect(throws: (any Error).self) { try await books.retention().run() }
        let path = books.folderPath + "/receipts-2026-08-30.ndjson.gz"
        let content = try Data(contentsOf: URL(filePath: path))
        switch how {
        case "changed": try Data(content.map { $0 == UInt8(ascii: "1") ? UInt8(ascii: "2") : $0 }).write(to: URL(filePath: path))
        case "cut": try content.prefix(content.count - 7).write(to: URL(filePath: path))
        default: try FileManager.default.removeItem(atPath: path)
        }
        try await books.restart()
        await #expect(throws: RetentionFailure.self) { try await books.retention().run() }
        #expect(try await books.receipts().count == before.count)
        try await Self.expectReconciled(books)
        try content.write(to: URL(filePath: path))
        _ = try await books.retention().run()
        try await Self.expectArchived(books, was: before, statements: statements)
        try await books.fixture.close()
    }

    @Test("A name that another file has is left to it")
    func taken() async throws {
        let books = try await OldBooks()
        let retention = try books.retention()
        try Data("mine\n".utf8).write(to: URL(filePath: books.folderPath + "/receipts-2026-08-30.ndjson.gz"))
        let files = try await retention.run().map(\.file)
        #expect(files.first == "receipts-2026-08-30.2.ndjson.gz")
        #expect(try Self.archives(books)["receipts-2026-08-30.ndjson.gz"] == ["mine"])
        try await Self.expectReconciled(books)
        try await books.fixture.close()
    }

    @Test("A day with an open request waits for its end, and later receipts of a day that is done make a second part")
    func late() async throws {
        let books = try await OldBooks()
        let admitted = Timestamp(rfc3339: "2026-08-30T20:00:00Z")!
        let id = RequestID(high: UInt64(admitted.milliseconds) << 16, low: 9_999)
        let admission = AdmissionRequest(
            request: id, secret: PresentedKey(account: StoreFixture.account(1), hash: StoreFixture.hash(1)),
            endpoint: "/v1/chat/completions", isStream: false, model: .named("gpt-5.2"), input: InputCount(tokens: 10, isFinal: true),
            askedOutputTokens: 10, choices: 1, clientRetryCount: 0, at: admitted)
        guard case .admitted = await books.fixture.writer.perform(.admit(admission)) else { return #expect(Bool(false), "not admitted") }
        #expect(try await books.retention().run().isEmpty)
        let ending = HoldEnding(
            request: id, account: StoreFixture.account(1), outcome: StoreFixture.reported(5, 5), facts: ExchangeFacts(), at: OldBooks.now)
        _ = await books.fixture.writer.perform(.end(ending))
        #expect(try await books.retention().run().first?.receipts == 11)
        try await Self.expectReconciled(books)
        let statements = try await books.statements()
        // A clock that was set back.
        try await books.request(of: 1, at: "2026-08-30T21:00:00Z")
        let again = try await books.retention().run()
        #expect(again.map(\.file) == ["receipts-2026-08-30.2.ndjson.gz"] && again.map(\.receipts) == [1])
        #expect(try await books.statements().count == statements.count + 1)
        try await Self.expectReconciled(books)
        try await books.fixture.close()
    }

    @Test(
        "A day that another node has claimed is left to it while it lives, and taken over when it is gone",
        arguments: ["writing", "written"])
    func claimed(state: String) async throws {
        let books = try await OldBooks()
        let before = try await books.receipts()
        let statements = try await books.statements()
        books.sabotage.arm(transaction: state == "writing" ? 2 : 4, .before)
        await #expect(throws: (any Error).self) { try await books.retention().run() }
        books.sabotage.disarm()
        let execute: @Sendable (String) async throws -> Void = { [writer = books.fixture.writer] sql in
            try await writer.run { try $0.execute(SQLStatement(sql)) }
        }
        try await execute("INSERT INTO nodes (epoch, name, started_at, lease_until, mark, state) VALUES (7, 'other', 0, 0, 0, 'living')")
        try await execute("UPDATE archives SET epoch = 7 WHERE state = '\(state)'")
        #expect(try await books.retention().run().isEmpty)
        #expect(try await books.receipts().count == before.count)
        try await execute("UPDATE nodes SET state = 'gone' WHERE epoch = 7")
        #expect(try await books.retention().run().count == 4)
        try await Self.expectArchived(books, was: before, statements: statements)
        try await books.fixture.close()
    }

    @Test("A node that has lost its claim in the middle of its work can do nothing more")
    func lost() async throws {
        let books = try await OldBooks()
        let before = try await books.receipts()
        let statements = try await books.statements()
        let writer = books.fixture.writer
        let retention = try books.retention {
            try await writer.run { try $0.execute(SQLStatement("UPDATE archives SET epoch = 7 WHERE state = 'written'")) }
        }
        await #expect(throws: RetentionFailure.self) { try await retention.run() }
        #expect(try await books.receipts().count == before.count - 3)
        try await Self.expectReconciled(books)
        _ = try await books.retention().run()
        try await Self.expectArchived(books, was: before, statements: statements)
        try await books.fixture.close()
    }

    @Test("Receipts are removed in small transactions, between which requests are admitted")
    func meanwhile() async throws {
        let books = try await OldBooks(perDay: 20)
        let before = try await books.receipts()
        let seen = Counts()
        let (writer, reader) = (books.fixture.writer, books.reader)
        let retention = try books.retention(batch: 7) {
            let left = try await reader.receiptCount()
            let number = seen.counts.withLock { counts in
                counts.append(left)
                return UInt64(counts.count)
            }
            guard case .admitted = await writer.perform(StoreFixture.admit(number, by: 1)) else {
                throw StoreFailure(.corrupt, "not admitted")
            }
            _ = await writer.perform(StoreFixture.end(number, of: 1, .void))
        }
        _ = try await retention.run()
        // One more with each request that was voided meanwhile.
        let left = seen.counts.withLock { $0 }
        #expect(left.count >= 100 / 7)
        for (earlier, later) in zip(left, left.dropFirst()) { #expect(earlier - later <= 7 && earlier + 1 >= later) }
        #expect(left.first.map { before.count - $0 } == 7)
        try await Self.expectReconciled(books)
        try await books.fixture.close()
    }

    @Test(
        "Reconciliation names archives that do not agree with the books",
        arguments: [
            ("UPDATE archived_sums SET charged = charged + 1 WHERE charges > 0", "charges of archived requests equal the archives"),
            ("UPDATE archived_sums SET charges = charges + 1", "charges of archived requests equal the archives"),
            ("DELETE FROM archived_sums", "no charge without a receipt"),
            ("UPDATE archived_sums SET receipts = receipts + 1", "archives hold what was removed"),
            ("UPDATE archives SET receipts = receipts + 1", "archives hold what was removed"),
            ("DELETE FROM archives", "archives hold what was removed"),
            ("UPDATE archived_sums SET input = input + 1", "usage totals equal the receipts"),
            ("UPDATE archived_sums SET requests = requests + 1", "usage totals equal the receipts"),
            ("UPDATE archived_sums SET input = input + 1, output = output + 1", "meters equal the month's receipts"),
            ("UPDATE archived_sums SET high_cost_charged = high_cost_charged + 1", "high-cost credits equal the month's requests"),
            (
                "DELETE FROM archived_sums WHERE day = (SELECT max(day) FROM archived_sums)",
                "replays cost nothing and name what they repeat"
            ),
            ("DELETE FROM receipts WHERE charged > 0", "no charge without a receipt"),
        ])
    func findings(sql: String, check: String) async throws {
        let books = try await OldBooks()
        _ = try await books.retention().run()
        try await Self.expectReconciled(books)
        try await books.change(sql)
        let failed = try await books.reader.reconcile().checks.filter { !$0.isSatisfied }
        #expect(failed.contains { $0.name == check }, "\(failed)")
        try await books.fixture.close()
    }
}

extension LedgerReader {
    fileprivate func receiptCount() async throws -> Int {
        try await source.read { try $0.rows(SQLStatement("SELECT count(*) FROM receipts")) { Int($0.integer(0)) }.first ?? 0 }
    }
}
