import RelayDomain

/// Who signs in. Nothing here opens anything: sessions and recovery codes are kept by keyed hashes, passwords by scrypt's, secrets of
/// time codes encrypted.
extension Schema {
    static func signIns(_ dialect: SQLDialect) -> [String] {
        let (integer, blob) = (dialect.integer, dialect.blob)
        return [
            """
            CREATE TABLE people (
              id TEXT NOT NULL PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
              role TEXT NOT NULL CHECK (role IN ('customer', 'operator')), account TEXT UNIQUE REFERENCES accounts (id),
              password TEXT, password_expires_at \(integer), code_secret \(blob), code_offer \(blob), code_step \(integer) NOT NULL,
              state TEXT NOT NULL CHECK (state IN ('active', 'disabled')), created_at \(integer) NOT NULL,
              CHECK ((role = 'customer') = (account IS NOT NULL))
            ) \(dialect.clustered)
            """,
            "CREATE INDEX people_by_role ON people (role, id)",
            """
            CREATE TABLE sessions (
              hash \(blob) NOT NULL PRIMARY KEY, id TEXT NOT NULL UNIQUE, person TEXT NOT NULL REFERENCES people (id),
              stage TEXT NOT NULL CHECK (stage IN ('code', 'full')), created_at \(integer) NOT NULL, seen_at \(integer) NOT NULL,
              address TEXT, agent TEXT
            ) \(dialect.clustered)
            """,
            "CREATE INDEX sessions_by_person ON sessions (person, id)",
            """
            CREATE TABLE recovery_codes (
              person TEXT NOT NULL REFERENCES people (id), hash \(blob) NOT NULL, used_at \(integer), PRIMARY KEY (person, hash)
            ) \(dialect.clustered)
            """,
            // Whom or where attempts concern is told by a keyed hash too: people type passwords into the field of the address.
            """
            CREATE TABLE attempts (
              subject \(blob) NOT NULL, time_window \(integer) NOT NULL, count \(integer) NOT NULL CHECK (count >= 0),
              PRIMARY KEY (subject, time_window)
            ) \(dialect.clustered)
            """,
            "CREATE INDEX attempts_by_window ON attempts (time_window)",
        ]
    }
}
