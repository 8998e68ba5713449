/// What is left in the books of receipts that have moved to archives.
extension Schema {
    static func archives(_ dialect: SQLDialect) -> [String] {
        let integer = dialect.integer
        return [
            // A day whose receipts came in several goes has several parts.
            """
            CREATE TABLE archives (
              day \(integer) NOT NULL, part \(integer) NOT NULL CHECK (part > 0),
              state TEXT NOT NULL CHECK (state IN ('writing', 'written', 'pruned')), epoch \(integer) NOT NULL,
              claimed_at \(integer) NOT NULL, file TEXT, bytes \(integer), sha256 TEXT, receipts \(integer), charged \(integer),
              pruned_at \(integer), PRIMARY KEY (day, part), CHECK ((state = 'writing') = (sha256 IS NULL))
            ) \(dialect.table)
            """,
            // Grows in the transaction that removes the receipts: both together are always the whole.
            """
            CREATE TABLE archived_sums (
              account TEXT NOT NULL, day \(integer) NOT NULL, ended_day \(integer) NOT NULL, month \(integer) NOT NULL,
              model TEXT NOT NULL, key TEXT NOT NULL, receipts \(integer) NOT NULL CHECK (receipts >= 0),
              requests \(integer) NOT NULL CHECK (requests >= 0), input \(integer) NOT NULL, output \(integer) NOT NULL,
              cached_read \(integer) NOT NULL, charges \(integer) NOT NULL CHECK (charges >= 0),
              charged \(integer) NOT NULL CHECK (charged >= 0), high_cost_charged \(integer) NOT NULL,
              key_counted_charged \(integer) NOT NULL, first_request TEXT NOT NULL, last_request TEXT NOT NULL,
              PRIMARY KEY (account, day, ended_day, month, model, key)
            ) \(dialect.clustered)
            """,
            "CREATE INDEX archived_sums_by_day ON archived_sums (day)",
        ]
    }
}
