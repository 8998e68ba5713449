/// What retries, replays and abnormal traffic need.
extension Schema {
    static func failures(_ dialect: SQLDialect) -> [String] {
        let integer = dialect.integer
        return [
            "ALTER TABLE wallets ADD COLUMN throttled_until \(integer)",
            "ALTER TABLE wallets ADD COLUMN throttle_strikes \(integer) NOT NULL DEFAULT 0",
            "ALTER TABLE wallets ADD COLUMN last_strike_at \(integer)",
            "ALTER TABLE holds ADD COLUMN idempotency_key TEXT",
            "ALTER TABLE receipts ADD COLUMN idempotency_key TEXT",
            "ALTER TABLE receipts ADD COLUMN replayed_from TEXT",
            // Answers are large: a table whose rows are not its primary key's index.
            """
            CREATE TABLE answers (
              account TEXT NOT NULL REFERENCES accounts (id), idempotency_key TEXT NOT NULL, request TEXT NOT NULL,
              fingerprint \(dialect.blob) NOT NULL, model TEXT NOT NULL, expires_at \(integer) NOT NULL,
              state TEXT NOT NULL CHECK (state IN ('running', 'stored', 'too_large')), sealed \(dialect.blob),
              PRIMARY KEY (account, idempotency_key), CHECK ((state = 'stored') = (sealed IS NOT NULL))
            ) \(dialect.table)
            """,
            "CREATE INDEX answers_by_expiry ON answers (expires_at) WHERE state <> 'running'",
            """
            CREATE TABLE reviews (
              id TEXT NOT NULL PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts (id), reason TEXT NOT NULL,
              created_at \(integer) NOT NULL, updated_at \(integer) NOT NULL,
              state TEXT NOT NULL CHECK (state IN ('open', 'dismissed', 'throttled', 'suspended')), count \(integer) NOT NULL,
              summary TEXT NOT NULL, requests TEXT NOT NULL, note TEXT
            ) \(dialect.clustered)
            """,
            "CREATE UNIQUE INDEX reviews_open ON reviews (account, reason) WHERE state = 'open'",
        ]
    }
}
