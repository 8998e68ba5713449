/// A statement that is prepared once a session and found by its identity. Parameters are written `$1`, `$2` …;
/// a session whose database writes them differently translates when it prepares.
public final class SQLStatement: Sendable {
    /// What a statement does to the rows of one table, for a database that does it to many rows at once.
    ///
    /// The parameters of a run are the values of the named columns, in their order.
    public enum Form: Sendable {
        /// Reads `columns` of the rows whose `keys` are given.
        case read(columns: String, table: String, keys: [String], condition: String?, lock: SQLLock)
        /// Inserts a row. `conflict` is what stands behind `ON CONFLICT`.
        case insert(table: String, columns: [String], conflict: String?)
        /// Sets the columns of the row that the first of them names.
        case update(table: String, columns: [String])
        case delete(table: String, keys: [String])
    }

    /// The statement for one run.
    public let sql: String
    /// What PostgreSQL runs in its place, where it needs other words.
    public let postgres: String?
    /// nil where it is only its text.
    public let form: Form?

    public init(_ sql: String, postgres: String? = nil) {
        self.sql = sql
        self.postgres = postgres
        form = nil
    }

    private init(_ form: Form) {
        self.form = form
        sql = form.sql
        postgres = nil
    }
}

/// Whether rows are locked as they are read, in a database that has such locks, in the order of their keys.
public enum SQLLock: Sendable {
    case none
    case forUpdate
    /// Rows that another transaction has locked are passed over: nobody waits.
    case forUpdateSkippingLocked
}

extension SQLStatement {
    /// - Parameters:
    ///   - columns: parted by commas.
    ///   - condition: what else must hold for a row, without parameters.
    public static func read(
        _ columns: String, from table: String, by keys: String..., where condition: String? = nil, locking lock: SQLLock = .none
    ) -> SQLStatement {
        SQLStatement(.read(columns: columns, table: table, keys: keys, condition: condition, lock: lock))
    }

    public static func insert(into table: String, _ columns: String, onConflict conflict: String? = nil) -> SQLStatement {
        SQLStatement(.insert(table: table, columns: names(columns), conflict: conflict))
    }

    /// Inserts a row, or puts it in the place of the one with its key.
    public static func keep(in table: String, _ columns: String, key: String) -> SQLStatement {
        let sets = names(columns).map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        return insert(into: table, columns, onConflict: "(\(key)) DO UPDATE SET \(sets)")
    }

    /// By the first column.
    public static func update(_ table: String, _ columns: String) -> SQLStatement {
        SQLStatement(.update(table: table, columns: names(columns)))
    }

    public static func delete(from table: String, by keys: String...) -> SQLStatement {
        SQLStatement(.delete(table: table, keys: keys))
    }

    private static func names(_ columns: String) -> [String] {
        columns.split(separator: ",").map { String($0.drop { $0 == " " }) }
    }
}

extension SQLStatement.Form {
    /// For one row. Locks are left to the form for many: a database that needs them runs that one.
    fileprivate var sql: String {
        switch self {
        case .read(let columns, let table, let keys, let condition, _):
            "SELECT \(columns) FROM \(table) WHERE \(Self.matches(keys))" + (condition.map { " AND \($0)" } ?? "")
        case .insert(let table, let columns, let conflict):
            "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\((1...columns.count).map { "$\($0)" }.joined(separator: ", ")))"
                + (conflict.map { " ON CONFLICT \($0)" } ?? "")
        case .update(let table, let columns):
            "UPDATE \(table) SET \(columns.enumerated().dropFirst().map { "\($1) = $\($0 + 1)" }.joined(separator: ", ")) WHERE \(columns[0]) = $1"
        case .delete(let table, let keys):
            "DELETE FROM \(table) WHERE \(Self.matches(keys))"
        }
    }

    private static func matches(_ keys: [String]) -> String {
        keys.enumerated().map { "\($1) = $\($0 + 1)" }.joined(separator: " AND ")
    }
}
