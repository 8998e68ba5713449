import RelayStore

/// A statement that the server has prepared on one connection.
struct PreparedStatement {
    let name: String
    let sql: String
    /// Of the parameters of one run. The set form takes arrays of them.
    let types: [PostgresType]
    let isSet: Bool
}

/// The prepared statements of a connection, found by the identity of what they were prepared from.
struct PreparedStatements {
    private struct Key: Hashable {
        let statement: ObjectIdentifier
        let isSet: Bool
    }

    /// With the statement itself, so that no other one gets its identity.
    private var prepared: [Key: (PreparedStatement, SQLStatement)] = [:]
    private var count = 0

    mutating func nextName() -> String {
        count += 1
        return "s\(count)"
    }

    subscript(_ statement: SQLStatement, asSet isSet: Bool) -> PreparedStatement? {
        get { prepared[Key(statement: ObjectIdentifier(statement), isSet: isSet)]?.0 }
        set { prepared[Key(statement: ObjectIdentifier(statement), isSet: isSet)] = newValue.map { ($0, statement) } }
    }
}
