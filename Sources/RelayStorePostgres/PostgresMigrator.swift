import Logging
import RelayStore

/// Brings the schema up to date: each migration once, however many nodes start at the same time, and all that are missing or none.
enum PostgresMigrator {
    /// The advisory lock that nodes take in turn. Any number that nobody else uses will do.
    private static let lock: Int64 = 0x6E78_7279_0000_0000 | 0x6D69_6772

    /// - Throws: ``StoreFailure`` where a newer version has written the database.
    static func migrate(_ address: PostgresAddress, logger: Logger) throws {
        let connection = try PostgresConnection(address)
        try connection.run("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_advisory_xact_lock(\(lock))")
        // Asked for first: a role that may not create tables can still serve.
        if try connection.run("SELECT to_regclass('schema_migrations')::text") == [""] {
            try connection.run(
                "CREATE TABLE schema_migrations (name TEXT NOT NULL PRIMARY KEY, applied_at TIMESTAMPTZ NOT NULL DEFAULT now())")
        }
        let applied = Set(try connection.run("SELECT name FROM schema_migrations"))
        let migrations = Schema.migrations(for: .postgres)
        guard applied.isSubset(of: migrations.map(\.name)) else {
            throw StoreFailure(.unavailable, "a newer version of the relay has written this database; use that version")
        }
        let missing = migrations.filter { !applied.contains($0.name) }
        // Whoever reads for an hour must not make every node wait behind this one.
        if !missing.isEmpty { try connection.run("SET LOCAL lock_timeout = '10s'") }
        for migration in missing {
            for statement in migration.statements { try connection.run(statement) }
            try connection.run("INSERT INTO schema_migrations (name) VALUES ('\(migration.name)')")
        }
        try connection.run("COMMIT")
        for migration in missing { logger.info("the schema was changed", metadata: ["migration": "\(migration.name)"]) }
    }
}
