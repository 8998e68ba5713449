/// The types that the books are written and read in, under PostgreSQL's own numbers (`pg_type.dat`, which never change).
enum PostgresType: UInt32 {
    case bool = 16
    case bytea = 17
    case int8 = 20
    case int2 = 21
    case int4 = 23
    case text = 25
    case varchar = 1043

    init?(oid: UInt32) { self.init(rawValue: oid) }

    /// Its name in SQL.
    var name: String {
        switch self {
        case .bool: "boolean"
        case .bytea: "bytea"
        case .int8: "bigint"
        case .int2: "smallint"
        case .int4: "integer"
        case .text: "text"
        case .varchar: "varchar"
        }
    }
}
