import RelayStore

/// Statements over many rows at once: each parameter is an array.
extension SQLStatement.Form {
    /// Whether even one row is read so: only then are rows locked.
    var locksRows: Bool {
        if case .read(_, _, _, _, let lock) = self { lock != .none } else { false }
    }

    /// - Parameter types: of the parameters of one run.
    func sql(over types: [PostgresType]) -> String {
        let arrays = types.enumerated().map { "$\($0 + 1)::\($1.name)[]" }.joined(separator: ", ")
        let given = "unnest(\(arrays)) AS given (\(types.indices.map { "v\($0)" }.joined(separator: ", ")))"
        switch self {
        case .read(let columns, let table, let keys, let condition, let lock):
            // Rows are locked as they leave the sort, so that all transactions take them in one order.
            let end =
                (condition.map { " AND \($0)" } ?? "")
                + (lock == .none ? "" : " ORDER BY \(keys.joined(separator: ", ")) FOR UPDATE OF \(table)")
                + (lock == .forUpdateSkippingLocked ? " SKIP LOCKED" : "")
            if keys.count == 1 { return "SELECT \(columns) FROM \(table) WHERE \(keys[0]) = ANY(\(arrays))\(end)" }
            return "SELECT \(columns) FROM \(table), \(given) WHERE \(Self.matches(table, keys))\(end)"
        case .insert(let table, let columns, let conflict):
            return "INSERT INTO \(table) (\(columns.joined(separator: ", "))) SELECT * FROM \(given)"
                + (conflict.map { " ON CONFLICT \($0)" } ?? "")
        case .update(let table, let columns):
            let sets = columns.enumerated().dropFirst().map { "\($1) = given.v\($0)" }.joined(separator: ", ")
            return "UPDATE \(table) SET \(sets) FROM \(given) WHERE \(Self.matches(table, [columns[0]]))"
        case .delete(let table, let keys):
            if keys.count == 1 { return "DELETE FROM \(table) WHERE \(keys[0]) = ANY(\(arrays))" }
            return "DELETE FROM \(table) USING \(given) WHERE \(Self.matches(table, keys))"
        }
    }

    private static func matches(_ table: String, _ keys: [String]) -> String {
        keys.enumerated().map { "\(table).\($1) = given.v\($0)" }.joined(separator: " AND ")
    }
}
