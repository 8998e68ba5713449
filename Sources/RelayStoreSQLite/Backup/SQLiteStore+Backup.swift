import GRDB
import Glibc
public import RelayStore
import Synchronization

/// Copies of the books, by SQLite's backup interface (https://sqlite.org/backup.html).
///
/// It reads through a read-only connection of its own, in one read transaction: so the copy is what the books were at its beginning, the
/// writer goes on, and no step is begun anew because of it. Meanwhile the log grows, since nothing behind that moment can be overwritten.
extension SQLiteStore: BackupSource {
    /// Pages of one step: 4 MiB.
    private static let stepPages: CInt = 1_024
    /// Steps after which what was written is brought to the disk.
    private static let flushedSteps = 16
    /// Between two steps, so that the disk is there for the commits too.
    private static let pauseMicroseconds: UInt32 = 2_000

    public func backUp(to path: String, isReplacing: Bool) async throws -> BackupCopy {
        guard isBackingUp.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged else {
            throw BackupFailure(.busy, "A copy is being written. Wait for its end.")
        }
        defer { isBackingUp.store(false, ordering: .releasing) }
        let liveFiles = ["", "-wal", "-shm", ".lock"].map { self.path + $0 }
        let file = try CopyFile(path: path, isReplacing: isReplacing, liveFiles: liveFiles)
        let isStopped = Flag()
        do {
            try await withTaskCancellationHandler {
                try await copy(to: file, isStopped: isStopped)
                try await Self.check(file, isStopped: isStopped)
            } onCancel: {
                isStopped.value.store(true, ordering: .relaxed)
            }
        } catch let error as DatabaseError {
            throw BackupFailure(.failed, "The copy could not be written: \(error.message ?? "SQLite \(error.resultCode)").")
        } catch is CancellationError {
            throw BackupFailure(.stopped, "The relay stops; there is no copy.")
        }
        return BackupCopy(path: path, bytes: try file.publish(isReplacing: isReplacing, liveFiles: liveFiles))
    }

    private func copy(to file: CopyFile, isStopped: Flag) async throws {
        var configuration = Configuration()
        configuration.label = "ledger-backup"
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        let source = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? source.close() }
        let target = try DatabaseQueue(path: file.temporaryPath, configuration: Self.copyConfiguration)
        defer { try? target.close() }
        let flush = FlushCall(file)
        try await source.read { source in
            // The transaction begins with its first read: a step that began it would end it too.
            _ = try Int.fetchOne(source, sql: "SELECT count(*) FROM sqlite_schema")
            try target.writeWithoutTransaction { target in
                var steps = 0
                try source.backup(to: target, pagesPerStep: Self.stepPages) { _ in
                    guard !isStopped.value.load(ordering: .relaxed) else { throw CancellationError() }
                    steps += 1
                    if steps.isMultiple(of: Self.flushedSteps) { try flush.run() }
                    usleep(Self.pauseMicroseconds)
                }
            }
        }
    }

    /// Makes it one file that needs no other, and reads it from its first page to its last.
    private static func check(_ file: CopyFile, isStopped: Flag) async throws {
        let copy = try DatabaseQueue(path: file.temporaryPath, configuration: copyConfiguration)
        defer { try? copy.close() }
        let faults = try await copy.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA journal_mode = DELETE")
            return try String.fetchAll(db, sql: "PRAGMA quick_check(3)")
        }
        guard faults == ["ok"] else {
            throw BackupFailure(.failed, "The copy is damaged, and so is perhaps the database: \(faults.joined(separator: "; ")).")
        }
        guard !isStopped.value.load(ordering: .relaxed) else { throw CancellationError() }
    }

    /// Nobody reads it before it is whole, and it is made durable by hand.
    private static var copyConfiguration: Configuration {
        var configuration = Configuration()
        configuration.label = "ledger-copy"
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = OFF") }
        return configuration
    }
}

private final class Flag: Sendable {
    let value = Atomic(false)
}

/// The file's own call, for the thread that copies; whoever waits for that does not touch the file.
private final class FlushCall: @unchecked Sendable {
    private let file: CopyFile

    init(_ file: CopyFile) { self.file = file }

    func run() throws { try file.flush() }
}
