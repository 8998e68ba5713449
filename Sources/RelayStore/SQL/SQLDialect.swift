/// The few places where the schema differs between databases.
public enum SQLDialect: Sendable {
    case sqlite

    var integer: String { "INTEGER" }
    var blob: String { "BLOB" }
    /// For tables that are read by their primary key alone.
    var clustered: String { "STRICT, WITHOUT ROWID" }
    var table: String { "STRICT" }

    /// Triggers that refuse to change or remove a row of `table`.
    func appendOnly(_ table: String) -> [String] {
        ["UPDATE", "DELETE"].map { verb in
            """
            CREATE TRIGGER \(table)_no_\(verb.lowercased()) BEFORE \(verb) ON \(table)
            BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END
            """
        }
    }
}
