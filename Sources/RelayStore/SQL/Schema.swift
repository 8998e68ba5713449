/// A step of the schema, applied once and never changed afterwards.
public struct Migration: Sendable {
    public let name: String
    public let statements: [String]
}

/// The tables, as `docs/decisions` and `ARCHITECTURE.md` explain them. Amounts are thousandths of a credit, times are milliseconds since 1970, UTC.
public enum Schema {
    public static func migrations(for dialect: SQLDialect) -> [Migration] {
        steps(dialect).map { Migration(name: $0.name, statements: $0.statements.map(dialect.render)) }
    }

    private static func steps(_ dialect: SQLDialect) -> [Migration] {
        [
            Migration(name: "0001-books", statements: books(dialect)),
            Migration(name: "0002-limits", statements: limits(dialect)),
            Migration(name: "0003-failures", statements: failures(dialect)),
            Migration(name: "0004-nodes", statements: nodes(dialect)),
            Migration(name: "0005-archives", statements: archives(dialect)),
            Migration(name: "0006-seals", statements: seals(dialect)),
            // Of a receipt that was settled late.
            Migration(name: "0007-late-endings", statements: ["ALTER TABLE receipts ADD COLUMN expired_at \(dialect.integer)"]),
            Migration(name: "0008-payments", statements: payments(dialect)),
            // For statements, to which other requests are found beside the time at which they came.
            Migration(name: "0009-slow-requests", statements: [StatementRange.index]),
            Migration(name: "0010-webhooks", statements: webhooks(dialect)),
            Migration(name: "0011-people", statements: signIns(dialect)),
        ]
    }

    private static func books(_ dialect: SQLDialect) -> [String] {
        people(dialect) + flight(dialect) + journal(dialect) + dialect.appendOnly("transfers")
    }

    private static func people(_ dialect: SQLDialect) -> [String] {
        let integer = dialect.integer
        return [
            """
            CREATE TABLE accounts (
              id TEXT NOT NULL PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, created_at \(integer) NOT NULL
            ) \(dialect.clustered)
            """,
            """
            CREATE TABLE wallets (
              account TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id), suspended_because TEXT, plan TEXT,
              posted \(integer) NOT NULL, held \(integer) NOT NULL CHECK (held >= 0), open_holds \(integer) NOT NULL CHECK (open_holds >= 0),
              month \(integer) NOT NULL,
              input_used \(integer) NOT NULL CHECK (input_used >= 0), output_used \(integer) NOT NULL CHECK (output_used >= 0),
              cached_used \(integer) NOT NULL CHECK (cached_used >= 0),
              input_held \(integer) NOT NULL CHECK (input_held >= 0), output_held \(integer) NOT NULL CHECK (output_held >= 0),
              high_cost_used \(integer) NOT NULL CHECK (high_cost_used >= 0), high_cost_held \(integer) NOT NULL CHECK (high_cost_held >= 0),
              last_transfer \(integer) NOT NULL CHECK (last_transfer >= 0),
              CHECK (held <= posted)
            ) \(dialect.clustered)
            """,
            """
            CREATE TABLE keys (
              hash \(dialect.blob) NOT NULL PRIMARY KEY, id TEXT NOT NULL UNIQUE, account TEXT NOT NULL REFERENCES accounts (id),
              name TEXT NOT NULL, display_prefix TEXT NOT NULL, models TEXT, max_output_tokens \(integer), expires_at \(integer),
              created_at \(integer) NOT NULL, revoked_at \(integer)
            ) \(dialect.clustered)
            """,
            "CREATE INDEX keys_by_account ON keys (account, id)",
            """
            CREATE TABLE orders (
              id TEXT NOT NULL PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts (id), plan TEXT NOT NULL,
              price \(integer) NOT NULL CHECK (price > 0), credits \(integer) NOT NULL CHECK (credits > 0), created_at \(integer) NOT NULL,
              state TEXT NOT NULL CHECK (state IN ('waiting', 'credited', 'cancelled')), credited_at \(integer), note TEXT,
              payment TEXT UNIQUE, CHECK ((state = 'credited') = (credited_at IS NOT NULL))
            ) \(dialect.clustered)
            """,
            "CREATE INDEX orders_by_account ON orders (account, id)",
        ]
    }

    /// Requests: a hold while one is in flight, a receipt from its end on. Never both.
    private static func flight(_ dialect: SQLDialect) -> [String] {
        let integer = dialect.integer
        let hold = """
            request TEXT NOT NULL PRIMARY KEY, account TEXT NOT NULL, key TEXT NOT NULL, created_at \(integer) NOT NULL,
            month \(integer) NOT NULL, endpoint TEXT NOT NULL, stream \(integer) NOT NULL, requested_model TEXT, model TEXT NOT NULL,
            high_cost \(integer) NOT NULL, input_price \(integer) NOT NULL, output_price \(integer) NOT NULL, cached_price \(integer) NOT NULL,
            held \(integer) NOT NULL CHECK (held >= 0), input_held \(integer) NOT NULL CHECK (input_held >= 0),
            output_held \(integer) NOT NULL CHECK (output_held >= 0), max_output_tokens \(integer) NOT NULL,
            client_retry_count \(integer) NOT NULL
            """
        return [
            "CREATE TABLE holds (\(hold)) \(dialect.clustered)",
            """
            CREATE TABLE receipts (
              \(hold), state TEXT NOT NULL CHECK (state IN ('settled', 'voided', 'expired')), ended_at \(integer) NOT NULL,
              input \(integer) NOT NULL, output \(integer) NOT NULL, cached_read \(integer) NOT NULL, reasoning \(integer) NOT NULL,
              source TEXT NOT NULL, charged \(integer) NOT NULL CHECK (charged >= 0), absorbed \(integer) NOT NULL CHECK (absorbed >= 0),
              balance_after \(integer) NOT NULL, attempts TEXT NOT NULL, first_byte_milliseconds \(integer),
              milliseconds \(integer) NOT NULL, client_disconnected \(integer) NOT NULL,
              CHECK (charged <= held), CHECK (state = 'settled' OR charged = 0)
            ) \(dialect.clustered)
            """,
            "CREATE INDEX receipts_by_account ON receipts (account, request)",
        ]
    }

    private static func journal(_ dialect: SQLDialect) -> [String] {
        let integer = dialect.integer
        return [
            """
            CREATE TABLE transfers (
              id TEXT NOT NULL PRIMARY KEY, wallet TEXT NOT NULL, number \(integer) NOT NULL CHECK (number > 0), kind TEXT NOT NULL,
              debit TEXT NOT NULL, credit TEXT NOT NULL, amount \(integer) NOT NULL CHECK (amount > 0), balance_after \(integer) NOT NULL,
              at \(integer) NOT NULL, note TEXT, CHECK (debit <> credit)
            ) \(dialect.clustered)
            """,
            // Charges are found by their receipts: one index by account is enough on the path of every request.
            "CREATE UNIQUE INDEX transfers_by_wallet ON transfers (wallet, number) WHERE kind NOT IN ('charge', 'absorbed')",
            "CREATE TABLE house_accounts (name TEXT NOT NULL PRIMARY KEY, posted \(integer) NOT NULL) \(dialect.clustered)",
            "CREATE TABLE probe (id \(integer) NOT NULL PRIMARY KEY, tries \(integer) NOT NULL) \(dialect.table)",
        ]
    }
}
