import RelayDomain

/// What is paid on networks.
extension Schema {
    static func payments(_ dialect: SQLDialect) -> [String] {
        orders(dialect) + deposits(dialect) + networks(dialect)
    }

    /// Orders have more states than before, which a CHECK of theirs says: the table is made anew. Hashes of transactions were kept as they
    /// were written, and get the one form that deposits know. Where two orders name the same one, the second keeps what was written.
    private static func orders(_ dialect: SQLDialect) -> [String] {
        let integer = dialect.integer
        let kept = "id, account, plan, price, credits, created_at, state, credited_at, note"
        let digits = "CASE WHEN lower(payment) LIKE '0x%' THEN substr(lower(payment), 3) ELSE lower(payment) END"
        return [
            """
            CREATE TABLE orders_with_payments (
              id TEXT NOT NULL PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts (id), plan TEXT NOT NULL,
              price \(integer) NOT NULL CHECK (price > 0), credits \(integer) NOT NULL CHECK (credits > 0), created_at \(integer) NOT NULL,
              state TEXT NOT NULL CHECK (state IN ('waiting', 'credited', 'credited_late', 'cancelled')), credited_at \(integer),
              note TEXT, payment TEXT UNIQUE, deposit TEXT UNIQUE, network TEXT, address TEXT, amount TEXT, decimals \(integer),
              expires_at \(integer), grace_until \(integer), confirmations_needed \(integer),
              CHECK ((state IN ('credited', 'credited_late')) = (credited_at IS NOT NULL)),
              CHECK (deposit IS NULL OR state IN ('credited', 'credited_late')),
              CHECK ((network IS NULL) = (address IS NULL) AND (network IS NULL) = (amount IS NULL)
                AND (network IS NULL) = (decimals IS NULL) AND (network IS NULL) = (expires_at IS NULL)
                AND (network IS NULL) = (grace_until IS NULL) AND (network IS NULL) = (confirmations_needed IS NULL))
            ) \(dialect.clustered)
            """,
            """
            INSERT INTO orders_with_payments (\(kept), payment)
            SELECT \(kept), CASE WHEN length(digits) = 64 AND ltrim(digits, '0123456789abcdef') = '' AND place = 1
              THEN '0x' || digits ELSE payment END
            FROM (
              SELECT \(kept), payment, digits, row_number() OVER (
                PARTITION BY digits ORDER BY CASE WHEN payment = '0x' || digits THEN 0 ELSE 1 END, created_at, id) AS place
              FROM (SELECT \(kept), payment, \(digits) AS digits FROM orders) AS spelt
            ) AS named
            """,
            "DROP TABLE orders",
            "ALTER TABLE orders_with_payments RENAME TO orders",
            "CREATE INDEX orders_by_account ON orders (account, id)",
            // By whom a slot was owned, and who is open at an address.
            "CREATE INDEX orders_by_slot ON orders (network, address, amount, created_at) WHERE network IS NOT NULL",
            // Whose slots an account owns unpaid.
            """
            CREATE INDEX orders_unpaid ON orders (account, grace_until) WHERE network IS NOT NULL AND credited_at IS NULL
            """,
            "CREATE INDEX orders_by_grace ON orders (network, address, grace_until) WHERE network IS NOT NULL",
            """
            CREATE TABLE payment_slots (
              network TEXT NOT NULL, address TEXT NOT NULL, amount TEXT NOT NULL, order_id TEXT NOT NULL, account TEXT NOT NULL,
              until \(integer) NOT NULL, PRIMARY KEY (network, address, amount)
            ) \(dialect.clustered)
            """,
            "CREATE INDEX payment_slots_by_time ON payment_slots (network, until, address)",
            """
            CREATE TABLE claims (
              order_id TEXT NOT NULL, transaction_hash TEXT NOT NULL, account TEXT NOT NULL, at \(integer) NOT NULL,
              PRIMARY KEY (order_id, transaction_hash)
            ) \(dialect.clustered)
            """,
            "CREATE INDEX claims_by_transaction ON claims (transaction_hash)",
        ]
    }

    /// Amounts are whole units of the token, in decimal digits: they may pass 64 bits.
    private static func deposits(_ dialect: SQLDialect) -> [String] {
        let integer = dialect.integer
        return [
            """
            CREATE TABLE deposits (
              id TEXT NOT NULL PRIMARY KEY, network TEXT NOT NULL, transaction_hash TEXT NOT NULL, sender TEXT NOT NULL,
              recipient TEXT NOT NULL, amount TEXT NOT NULL, decimals \(integer) NOT NULL, face \(integer), block \(integer) NOT NULL,
              block_hash TEXT NOT NULL, at \(integer) NOT NULL, found_at \(integer) NOT NULL,
              doubtful \(integer) NOT NULL CHECK (doubtful IN (0, 1)),
              state TEXT NOT NULL CHECK (state IN ('new', 'credited', 'review', 'refunded', 'ignored')), reason TEXT, order_id TEXT,
              account TEXT,
              outcome TEXT CHECK (outcome IN ('matched', 'linked', 'credit_face', 'credit_plan', 'refund', 'ignore')),
              credited \(integer), note TEXT, decided_by TEXT, decided_at \(integer), refund_transaction TEXT,
              CHECK ((state IN ('new', 'review')) = (outcome IS NULL)), CHECK ((outcome IS NULL) = (decided_at IS NULL)),
              CHECK (state <> 'review' OR reason IS NOT NULL), CHECK (credited IS NULL OR state = 'credited')
            ) \(dialect.table)
            """,
            "CREATE INDEX deposits_by_transaction ON deposits (transaction_hash)",
            "CREATE INDEX deposits_by_time ON deposits (found_at, id)",
            "CREATE INDEX deposits_by_account ON deposits (account, found_at, id) WHERE account IS NOT NULL",
            "CREATE INDEX deposits_by_block ON deposits (network, block)",
            "CREATE INDEX deposits_in_review_of_order ON deposits (order_id) WHERE state = 'review'",
            "CREATE INDEX deposits_new ON deposits (network, block, id) WHERE state = 'new'",
            "CREATE INDEX deposits_in_review ON deposits (found_at, id) WHERE state = 'review'",
            // What has left the operator's addresses.
            """
            CREATE TABLE sweeps (
              id TEXT NOT NULL PRIMARY KEY, network TEXT NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL, amount TEXT NOT NULL,
              block \(integer) NOT NULL, block_hash TEXT NOT NULL, at \(integer) NOT NULL
            ) \(dialect.table)
            """,
            "CREATE INDEX sweeps_by_block ON sweeps (network, block)",
        ]
    }

    /// A row for each network from the beginning, so that there is always one to lock. `received` and `swept` are the sums of its deposits and
    /// sweeps; `opening` is what the addresses held when `opening_received` and `opening_swept` were those sums.
    private static func networks(_ dialect: SQLDialect) -> [String] {
        let integer = dialect.integer
        return [
            """
            CREATE TABLE networks (
              name TEXT NOT NULL PRIMARY KEY, chain_id TEXT, genesis TEXT, start \(integer), started_at \(integer), cursor \(integer),
              final \(integer), head \(integer), scanner_epoch \(integer), scan_until \(integer), scanned_at \(integer),
              received TEXT NOT NULL DEFAULT '0', swept TEXT NOT NULL DEFAULT '0', opening TEXT, opening_received TEXT, opening_swept TEXT,
              balance TEXT, expected_balance TEXT, balance_block \(integer), balance_at \(integer),
              CHECK ((chain_id IS NULL) = (cursor IS NULL)), CHECK (cursor <= final)
            ) \(dialect.table)
            """,
            "INSERT INTO networks (name) VALUES ('tron'), ('ethereum'), ('bsc'), ('polygon')",
            // What each address held when the network's balance was last compared with the books.
            """
            CREATE TABLE address_balances (
              network TEXT NOT NULL, address TEXT NOT NULL, balance TEXT NOT NULL, PRIMARY KEY (network, address)
            ) \(dialect.clustered)
            """,
            """
            CREATE TABLE sightings (
              order_id TEXT NOT NULL PRIMARY KEY, network TEXT NOT NULL, deposit TEXT NOT NULL, block \(integer) NOT NULL,
              at \(integer) NOT NULL
            ) \(dialect.clustered)
            """,
            "CREATE INDEX sightings_by_network ON sightings (network)",
        ] + dialect.updatedInPlace("networks")
    }
}
