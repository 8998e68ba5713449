/// What makes the journal tamper-evident, and which encryption key the books were made with.
extension Schema {
    static func seals(_ dialect: SQLDialect) -> [String] {
        let integer = dialect.integer
        return [
            // The transfers of each batch that no seal covers yet, their ids a line each, under the first of them: unique, and nobody
            // has to be asked for it.
            "CREATE TABLE unsealed_batches (first_entry TEXT NOT NULL PRIMARY KEY, entries TEXT NOT NULL) \(dialect.clustered)",
            """
            CREATE TABLE journal_seals (
              number \(integer) NOT NULL PRIMARY KEY CHECK (number > 0), entries \(dialect.blob) NOT NULL,
              count \(integer) NOT NULL CHECK (count > 0), hash \(dialect.blob) NOT NULL
            ) \(dialect.table)
            """,
            // Where the chain ends. Whoever adds to it locks this row; and without it, nobody would miss the last seals.
            """
            CREATE TABLE journal_head (
              id \(integer) NOT NULL PRIMARY KEY CHECK (id = 1), number \(integer) NOT NULL, hash \(dialect.blob),
              CHECK ((number = 0) = (hash IS NULL))
            ) \(dialect.table)
            """,
            "INSERT INTO journal_head (id, number) VALUES (1, 0)",
            // What was posted before there were seals is sealed first, as it stands.
            "INSERT INTO unsealed_batches (first_entry, entries) SELECT id, id FROM transfers",
            "CREATE TABLE settings (name TEXT NOT NULL PRIMARY KEY, value \(dialect.blob) NOT NULL) \(dialect.clustered)",
        ] + dialect.appendOnly("journal_seals") + dialect.updatedInPlace("journal_head")
    }
}
