import Foundation
import GRDB
import RelayTestKit
import Testing

/// Where a relay of the tests keeps its books, and how the tests look into them: the same SQL on both databases.
///
/// SQLite, in the relay's own folder; with `NEXRELAY_TEST_DATABASE=postgres` a fresh database on a server that all relays of a run share.
enum RelayDatabase: Sendable {
    case sqlite(file: String)
    case postgres(PostgresDatabase)

    private static let variable = "NEXRELAY_TEST_DATABASE"

    static let isPostgres: Bool = {
        switch ProcessInfo.processInfo.environment[variable] {
        case nil, "sqlite": false
        case "postgres": true
        case let other?: preconditionFailure("\(variable) is sqlite or postgres, not \(other)")
        }
    }()

    /// For a relay whose data lies in `folder`. On SQLite the relay makes the file.
    static func fresh(in folder: TemporaryFolder) async throws -> RelayDatabase {
        guard isPostgres else { return .sqlite(file: folder.path("data/relay.db")) }
        return .postgres(try await blocking { try PostgresServer.shared().newDatabase() })
    }

    /// Nil where the relay's own default is meant.
    var url: String? {
        switch self {
        case .sqlite: nil
        case .postgres(let database): database.url
        }
    }

    /// The rows of a query, each value as PostgreSQL would write it. Beside a running relay or without one.
    func rows(_ sql: String) async throws -> [[String?]] {
        switch self {
        case .sqlite(let file):
            var configuration = Configuration()
            configuration.readonly = true
            let queue = try DatabaseQueue(path: file, configuration: configuration)
            defer { try? queue.close() }
            return try await queue.read { db in try Row.fetchAll(db, sql: sql).map { $0.databaseValues.map(Self.text) } }
        case .postgres(let database): return try await blocking { try database.rows(sql) }
        }
    }

    /// Runs statements in one transaction, while no relay runs.
    func execute(_ statements: [String]) async throws {
        switch self {
        case .sqlite(let file):
            let queue = try DatabaseQueue(path: file)
            defer { try? queue.close() }
            try await queue.write { db in for statement in statements { try db.execute(sql: statement) } }
        case .postgres(let database): try await blocking { _ = try database.rows(statements.joined(separator: "; ")) }
        }
    }

    /// Runs the database's own check of its structures, while no relay runs.
    /// - Throws: what it finds.
    func check() async throws {
        switch self {
        case .sqlite:
            let findings = try await rows("PRAGMA integrity_check").compactMap { $0[0] }
            guard findings == ["ok"] else { throw TestFailure("\(findings)") }
        case .postgres(let database): try await blocking { try database.check() }
        }
    }

    /// Whether a text stands in what is stored, as it is, wherever.
    func contains(_ text: String) async throws -> Bool {
        let bytes = Data(text.utf8)
        switch self {
        case .sqlite(let file):
            let url = URL(filePath: file)
            let folder = url.deletingLastPathComponent()
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix(url.lastPathComponent) }
            return try files.contains { try Data(contentsOf: folder.appending(path: $0)).range(of: bytes) != nil }
        case .postgres(let database):
            let dump = try await blocking { try database.dump() }
            return dump.range(of: bytes) != nil || dump.range(of: Data(Self.hexadecimal(bytes).utf8)) != nil
        }
    }

    /// Removes what does not lie in the relay's folder.
    func discard() {
        guard case .postgres(let database) = self else { return }
        Thread.detachNewThread { try? database.drop() }
    }

    private static func text(_ value: DatabaseValue) -> String? {
        switch value.storage {
        case .null: nil
        case .int64(let number): "\(number)"
        case .double(let number): "\(number)"
        case .string(let text): text
        case .blob(let bytes): "\\x" + hexadecimal(bytes)
        }
    }

    private static func hexadecimal(_ bytes: Data) -> String {
        bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}

extension Trait where Self == ConditionTrait {
    /// For what only the embedded database has.
    /// - Parameter why: what it is.
    static func onSQLiteOnly(_ why: Comment, sourceLocation: SourceLocation = #_sourceLocation) -> Self {
        .enabled(if: !RelayDatabase.isPostgres, why, sourceLocation: sourceLocation)
    }
}
