/// What the limits of plans and keys count, beside what the books had from the beginning.
extension Schema {
    static func limits(_ dialect: SQLDialect) -> [String] {
        wallets(dialect) + keys(dialect) + requests(dialect) + usage(dialect)
    }

    private static func wallets(_ dialect: SQLDialect) -> [String] {
        [
            "ALTER TABLE wallets ADD COLUMN next_plan TEXT",
            "ALTER TABLE wallets ADD COLUMN rate \(dialect.blob)",
            "ALTER TABLE wallets ADD COLUMN high_cost_rate \(dialect.blob)",
        ]
    }

    private static func keys(_ dialect: SQLDialect) -> [String] {
        let integer = dialect.integer
        return [
            "monthly_budget \(integer)", "rpm \(integer)", "concurrency \(integer)", "networks TEXT",
            "falls_back \(integer) NOT NULL DEFAULT 0", "on_disconnect TEXT CHECK (on_disconnect IN ('drain', 'cancel'))",
            "open_holds \(integer) NOT NULL DEFAULT 0 CHECK (open_holds >= 0)", "month \(integer) NOT NULL DEFAULT 0",
            "used \(integer) NOT NULL DEFAULT 0 CHECK (used >= 0)",
            "held \(integer) NOT NULL DEFAULT 0 CHECK (held >= 0 AND (monthly_budget IS NULL OR used + held <= monthly_budget))",
            "rate \(dialect.blob)",
        ].map { "ALTER TABLE keys ADD COLUMN \($0)" }
    }

    /// Receipts from before had no allowance for cached reads to keep: what they metered is cut to the hold, and nothing else.
    private static func requests(_ dialect: SQLDialect) -> [String] {
        let integer = dialect.integer
        let columns = ["input_metered", "output_metered", "cached_metered"].map { column in
            "ALTER TABLE receipts ADD COLUMN \(column) \(integer) NOT NULL DEFAULT 0 CHECK (\(column) >= 0)"
        }
        func lesser(_ a: String, _ b: String) -> String { "CASE WHEN \(a) < \(b) THEN \(a) ELSE \(b) END" }
        return ["holds", "receipts"].map { "ALTER TABLE \($0) ADD COLUMN key_counted \(integer) NOT NULL DEFAULT 0" } + columns + [
            """
            UPDATE receipts SET output_metered = \(lesser("output", "output_held")), cached_metered = \(lesser("cached_read", "input_held"))
            WHERE state = 'settled' AND source <> 'none'
            """,
            """
            UPDATE receipts SET input_metered = \(lesser("input", "(input_held - cached_metered)"))
            WHERE state = 'settled' AND source <> 'none'
            """,
        ]
    }

    /// What `/v1/usage` reads: kept up by every settlement, so that a year of an account is a few thousand rows.
    private static func usage(_ dialect: SQLDialect) -> [String] {
        let integer = dialect.integer
        return [
            """
            CREATE TABLE usage_totals (
              account TEXT NOT NULL, day \(integer) NOT NULL, model TEXT NOT NULL, key TEXT NOT NULL,
              requests \(integer) NOT NULL, input \(integer) NOT NULL, output \(integer) NOT NULL, cached_read \(integer) NOT NULL,
              credits \(integer) NOT NULL, PRIMARY KEY (account, day, model, key)
            ) \(dialect.clustered)
            """,
            """
            INSERT INTO usage_totals (account, day, model, key, requests, input, output, cached_read, credits)
            SELECT account, created_at / 86400000, model, key, count(*), sum(input_metered), sum(output_metered), sum(cached_metered),
              sum(charged)
            FROM receipts WHERE state = 'settled' GROUP BY account, created_at / 86400000, model, key
            """,
        ]
    }
}
