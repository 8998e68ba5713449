/// What programs are told, and how far it has come.
extension Schema {
    static func webhooks(_ dialect: SQLDialect) -> [String] {
        let integer = dialect.integer
        return [
            // Written with what it tells about, and never changed but for `dispatched_at`: a mark and no cursor, since where several nodes
            // write, an event with an earlier time may become visible later.
            """
            CREATE TABLE events (
              name TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, account TEXT, at \(integer) NOT NULL, body TEXT NOT NULL,
              dispatched_at \(integer)
            ) \(dialect.table)
            """,
            "CREATE INDEX events_undispatched ON events (at, name) WHERE dispatched_at IS NULL",
            "CREATE INDEX events_by_time ON events (at, name)",
            // Whoever counts webhooks locks the one row. The events from `complete_since` on are all there: before, there were none, or they
            // were removed since.
            """
            CREATE TABLE event_log (
              id \(integer) NOT NULL PRIMARY KEY CHECK (id = 1), complete_since \(integer) NOT NULL
            ) \(dialect.table)
            """,
            "INSERT INTO event_log (id, complete_since) SELECT 1, coalesce(max(credited_at) + 1, 0) FROM orders",
            """
            CREATE TABLE webhooks (
              id TEXT NOT NULL PRIMARY KEY, account TEXT REFERENCES accounts (id), url TEXT NOT NULL, events TEXT NOT NULL,
              state TEXT NOT NULL CHECK (state IN ('active', 'disabled')), disabled_because TEXT, secret \(dialect.blob) NOT NULL,
              former_secret \(dialect.blob), former_until \(integer), created_at \(integer) NOT NULL, failing_since \(integer),
              CHECK ((state = 'disabled') = (disabled_because IS NOT NULL)),
              CHECK ((former_secret IS NULL) = (former_until IS NULL))
            ) \(dialect.table)
            """,
            "CREATE INDEX webhooks_by_account ON webhooks (account, id)",
            """
            CREATE TABLE deliveries (
              id TEXT NOT NULL PRIMARY KEY, webhook TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE, account TEXT,
              event TEXT NOT NULL REFERENCES events (name), kind TEXT NOT NULL,
              state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')), attempts \(integer) NOT NULL CHECK (attempts >= 0),
              last_status \(integer), last_error TEXT, next_attempt_at \(integer), created_at \(integer) NOT NULL,
              delivered_at \(integer), claim \(integer) NOT NULL DEFAULT 0, claimed_until \(integer),
              UNIQUE (webhook, event), CHECK ((state = 'pending') = (next_attempt_at IS NOT NULL)),
              CHECK ((state = 'delivered') = (delivered_at IS NOT NULL)), CHECK (claimed_until IS NULL OR state = 'pending')
            ) \(dialect.table)
            """,
            "CREATE INDEX deliveries_due ON deliveries (webhook, next_attempt_at, id) WHERE state = 'pending'",
            "CREATE INDEX deliveries_claimed ON deliveries (webhook, claimed_until) WHERE claimed_until IS NOT NULL",
            "CREATE INDEX deliveries_by_webhook ON deliveries (webhook, id)",
            "CREATE INDEX deliveries_by_account ON deliveries (account, id)",
            "CREATE INDEX deliveries_by_event ON deliveries (event)",
            "CREATE INDEX deliveries_ended ON deliveries (created_at) WHERE state <> 'pending'",
            // Whose time has passed unpaid.
            "CREATE INDEX orders_by_expiry ON orders (expires_at) WHERE network IS NOT NULL AND state = 'waiting'",
        ]
    }
}
