/// The few places where the schema differs between databases.
public enum SQLDialect: Sendable {
    case sqlite
    case postgres

    var integer: String {
        switch self {
        case .sqlite: "INTEGER"
        case .postgres: "BIGINT"
        }
    }

    var blob: String {
        switch self {
        case .sqlite: "BLOB"
        case .postgres: "BYTEA"
        }
    }

    /// For tables that are read by their primary key alone.
    var clustered: String {
        switch self {
        case .sqlite: "STRICT, WITHOUT ROWID"
        case .postgres: ""
        }
    }

    var table: String {
        switch self {
        case .sqlite: "STRICT"
        case .postgres: ""
        }
    }

    /// A statement of the schema in this database's words. Texts compare by their bytes, as SQLite's do.
    func render(_ statement: String) -> String {
        switch self {
        case .sqlite: statement
        case .postgres: statement.replacing(" TEXT", with: " TEXT COLLATE \"C\"")
        }
    }

    /// Leaves room beside the rows of a table that are changed all the time.
    func updatedInPlace(_ table: String) -> [String] {
        switch self {
        case .sqlite: []
        case .postgres: ["ALTER TABLE \(table) SET (fillfactor = 50)"]
        }
    }

    /// Triggers that refuse to change or remove a row of `table`.
    func appendOnly(_ table: String) -> [String] {
        switch self {
        case .sqlite:
            ["UPDATE", "DELETE"].map { verb in
                """
                CREATE TRIGGER \(table)_no_\(verb.lowercased()) BEFORE \(verb) ON \(table)
                BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END
                """
            }
        case .postgres:
            [
                """
                CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE check_violation USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$
                """,
                """
                CREATE TRIGGER \(table)_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON \(table)
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
                """,
            ]
        }
    }
}
