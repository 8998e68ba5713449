/// Which relay holds what.
extension Schema {
    static func nodes(_ dialect: SQLDialect) -> [String] {
        let integer = dialect.integer
        return [
            """
            CREATE TABLE nodes (
              epoch \(integer) NOT NULL PRIMARY KEY, name TEXT NOT NULL, started_at \(integer) NOT NULL, lease_until \(integer) NOT NULL,
              mark \(integer) NOT NULL, state TEXT NOT NULL CHECK (state IN ('living', 'gone'))
            ) \(dialect.table)
            """,
            // 0 for those from before there were leases: no node has it.
            "ALTER TABLE holds ADD COLUMN epoch \(integer) NOT NULL DEFAULT 0",
            "ALTER TABLE receipts ADD COLUMN settled_late \(integer) NOT NULL DEFAULT 0",
        ] + ["wallets", "keys", "house_accounts", "nodes"].flatMap(dialect.updatedInPlace)
    }
}
