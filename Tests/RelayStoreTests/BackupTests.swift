import Foundation
import GRDB
import RelayDomain
import RelayTestKit
import Synchronization
import Testing

@testable import RelayStore
@testable import RelayStoreSQLite

@Suite("Copies of the books") struct BackupTests {
    private final class End: Sendable {
        let isOver = Mutex(false)
    }

    private static func names(_ folder: TemporaryFolder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
    }

    private static func failure(_ body: () async throws -> BackupCopy) async -> BackupFailure.Kind? {
        do {
            _ = try await body()
            return nil
        } catch {
            return (error as? BackupFailure)?.kind
        }
    }

    @Test("A copy that is made while the writer works is the books of one moment, and goes on as books of its own")
    func whileServing() async throws {
        let fixture = try StoreFixture()
        for account in 1...4 as ClosedRange<UInt64> { _ = try await fixture.open(account, credits: Credits(1_000_000)) }
        for request in 1...2_000 as ClosedRange<UInt64> {
            _ = await fixture.writer.perform(StoreFixture.admit(request, by: request % 4 + 1))
            _ = await fixture.writer.perform(StoreFixture.end(request, of: request % 4 + 1, StoreFixture.reported(10, 10)))
        }
        let target = try TemporaryFolder()
        let end = End()
        let (writer, store) = (fixture.writer, fixture.sqlite)
        let copy = try await withThrowingTaskGroup(of: Void.self) { group in
            for account in 1...4 as ClosedRange<UInt64> {
                group.addTask {
                    var request = 10_000 * account
                    // The last of each stays open.
                    while !end.isOver.withLock({ $0 }) {
                        _ = await writer.perform(StoreFixture.end(request, of: account, StoreFixture.reported(10, 10)))
                        request += 1
                        _ = await writer.perform(StoreFixture.admit(request, by: account))
                    }
                }
            }
            defer { end.isOver.withLock { $0 = true } }
            return try await store.backUp(to: target.path("relay.db"), isReplacing: false)
        }
        let names = try Self.names(target)
        #expect(names == ["relay.db"])
        let attributes = try FileManager.default.attributesOfItem(atPath: copy.path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        #expect((attributes[.size] as? NSNumber)?.int64Value == copy.bytes)
        #expect(try await fixture.reader.reconcile().isSatisfied)
        try await fixture.close()

        let again = try StoreFixture(folder: target)
        _ = try await again.census.begin()
        #expect(try await again.reader.reconcile().isSatisfied)
        guard case .admitted = await again.writer.perform(StoreFixture.admit(999_999, by: 1)) else {
            Issue.record("the copy takes no request")
            return
        }
        try await again.close()
    }

    @Test("A file that is there is refused; an older copy can be replaced, and nothing else can")
    func existing() async throws {
        let fixture = try StoreFixture()
        let target = try TemporaryFolder()
        let path = target.path("copy.db")
        _ = try await fixture.sqlite.backUp(to: path, isReplacing: true)
        #expect(await Self.failure { try await fixture.sqlite.backUp(to: path, isReplacing: false) } == .exists)
        _ = try await fixture.open(1, credits: Credits(1_000))
        _ = try await fixture.sqlite.backUp(to: path, isReplacing: true)
        let queue = try DatabaseQueue(path: path)
        #expect(try await queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM accounts") } == 1)
        try queue.close()

        let note = target.path("note.txt")
        try Data("not a database, but of some length".utf8).write(to: URL(filePath: note))
        try FileManager.default.createSymbolicLink(atPath: target.path("link.db"), withDestinationPath: path)
        try FileManager.default.createDirectory(atPath: target.path("folder"), withIntermediateDirectories: false)
        for name in ["note.txt", "link.db", "folder"] {
            #expect(await Self.failure { try await fixture.sqlite.backUp(to: target.path(name), isReplacing: true) } == .exists, "\(name)")
        }
        #expect(try Self.names(target) == ["copy.db", "folder", "link.db", "note.txt"])
        try await fixture.close()
    }

    @Test("The live database is never replaced", arguments: ["relay.db", "relay.db-wal", "relay.db-shm", "relay.db.lock"])
    func live(name: String) async throws {
        let fixture = try StoreFixture()
        let before = try Self.names(fixture.folder)
        let kind = await Self.failure { try await fixture.sqlite.backUp(to: fixture.folder.path(name), isReplacing: true) }
        #expect(kind == .path)
        #expect(try Self.names(fixture.folder) == before)
        try await fixture.close()
    }

    @Test("Where nothing can be written, nothing is left behind")
    func unwritable() async throws {
        let fixture = try StoreFixture()
        let target = try TemporaryFolder()
        for path in [target.path("no/such/folder.db"), "relative.db", "/dev/null/copy.db", "/proc/copy.db", target.url.path + "/"] {
            #expect(await Self.failure { try await fixture.sqlite.backUp(to: path, isReplacing: false) } == .path, "\(path)")
        }
        #expect(try Self.names(target).isEmpty)
        try await fixture.close()
    }

    @Test("One copy at a time, and a stop ends the one that runs")
    func one() async throws {
        let fixture = try StoreFixture()
        let target = try TemporaryFolder()
        fixture.sqlite.isBackingUp.store(true, ordering: .relaxed)
        #expect(await Self.failure { try await fixture.sqlite.backUp(to: target.path("copy.db"), isReplacing: false) } == .busy)
        fixture.sqlite.isBackingUp.store(false, ordering: .relaxed)
        let store = fixture.sqlite
        let stopped = Task { await Self.failure { try await store.backUp(to: target.path("copy.db"), isReplacing: false) } }
        stopped.cancel()
        #expect(await stopped.value == .stopped)
        #expect(try Self.names(target).isEmpty)
        _ = try await fixture.sqlite.backUp(to: target.path("copy.db"), isReplacing: false)
        try await fixture.close()
    }
}
