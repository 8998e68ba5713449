/// Whether the database is sound below the rows.
///
/// SQLite looks at every page, index and constraint by itself. PostgreSQL has `amcheck` for that, which an ordinary role may not have: where
/// it may, every index is checked by it; everywhere each table is read once by itself and once by its key, and both must find as much.
enum DatabaseIntegrity {
    private static let name = "the database is sound"

    static func checks(on session: any SQLSession) throws -> [Reconciliation.Check] {
        do {
            return [try session.rows(Statements.kind) { $0.text(0) }.first == "postgres" ? postgres(session) : sqlite(session)]
        } catch let failure as StoreFailure {
            return [Reconciliation.Check(name: name, examined: 0, findings: ["it could not be looked at: \(failure)"])]
        }
    }

    private static func sqlite(_ session: any SQLSession) throws -> Reconciliation.Check {
        var findings = Findings()
        findings.examined = try session.rows(Statements.pages) { $0.integer(0) }.first ?? 0
        try session.query(Statements.sqlite, count: 1, bind: { _, _ in }) { row in
            let text = row.text(0)
            if text != "ok" { text.split(separator: "\n").forEach { findings.add(String($0)) } }
        }
        return findings.check(name)
    }

    private static func postgres(_ session: any SQLSession) throws -> Reconciliation.Check {
        var findings = Findings()
        try session.query(Statements.byTable, count: 1, bind: { _, _ in }, row: { _ in })
        let byTable = try tables.map { try session.rows($0.byTable) { $0.integer(0) }.first ?? 0 }
        try session.query(Statements.byIndex, count: 1, bind: { _, _ in }, row: { _ in })
        let byIndex = try tables.map { try session.rows($0.byIndex) { $0.integer(0) }.first ?? 0 }
        for ((table, rows), keys) in zip(zip(tables, byTable), byIndex) where rows != keys {
            findings.add("\(table.name): \(rows) rows, \(keys) in its key's index")
        }
        findings.examined = byTable.reduce(0, +)
        if try session.rows(Statements.hasCheck, { $0.integer(0) }).first == 1 {
            // A broken index is an error of the whole transaction; it is the last thing that this one does.
            _ = try session.rows(Statements.checkIndexes) { $0.text(0) }
        }
        return findings.check(name)
    }

    private static let tables = [
        ("accounts", "id"), ("wallets", "account"), ("keys", "id"), ("orders", "id"), ("holds", "request"), ("receipts", "request"),
        ("transfers", "id"), ("house_accounts", "name"), ("answers", "account"), ("reviews", "id"), ("usage_totals", "account"),
        ("nodes", "epoch"), ("journal_seals", "number"), ("unsealed_batches", "first_entry"), ("events", "name"), ("webhooks", "id"),
        ("deliveries", "id"),
    ].map(Table.init)

    private struct Table: Sendable {
        let name: String
        let byTable: SQLStatement
        let byIndex: SQLStatement

        init(_ name: String, key: String) {
            self.name = name
            byTable = SQLStatement("SELECT count(*) FROM \(name)")
            byIndex = SQLStatement("SELECT count(*) FROM (SELECT \(key) FROM \(name) ORDER BY \(key)) AS keys")
        }
    }

    private enum Statements {
        static let kind = SQLStatement("SELECT 'sqlite'", postgres: "SELECT 'postgres'")
        static let pages = SQLStatement("SELECT page_count FROM pragma_page_count", postgres: "SELECT 0")
        static let sqlite = SQLStatement(
            "SELECT integrity_check FROM pragma_integrity_check(\(Reconciliation.findingLimit))", postgres: "SELECT 'ok'")
        static let byTable = set(["enable_indexscan", "enable_indexonlyscan", "enable_bitmapscan"], ["enable_seqscan"])
        static let byIndex = set(["enable_seqscan", "enable_bitmapscan"], ["enable_indexscan", "enable_indexonlyscan"])
        static let hasCheck = SQLStatement(
            """
            SELECT CASE WHEN to_regprocedure('bt_index_check(regclass, boolean)') IS NULL THEN 0
              WHEN has_function_privilege(to_regprocedure('bt_index_check(regclass, boolean)'), 'execute') THEN 1 ELSE 0 END
            """)
        static let checkIndexes = SQLStatement(
            """
            SELECT c.relname || coalesce(bt_index_check(c.oid::regclass, true)::text, '') FROM pg_class c
            JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_class t ON t.oid = i.indrelid JOIN pg_am a ON a.oid = c.relam
            WHERE t.relnamespace = current_schema()::regnamespace AND a.amname = 'btree' AND i.indisvalid AND c.relpersistence = 'p'
            """)

        /// For the rest of the transaction alone.
        private static func set(_ off: [String], _ on: [String]) -> SQLStatement {
            let settings = off.map { "set_config('\($0)', 'off', true)" } + on.map { "set_config('\($0)', 'on', true)" }
            return SQLStatement("SELECT " + settings.joined(separator: ", "))
        }
    }
}
