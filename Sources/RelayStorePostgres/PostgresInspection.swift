import RelayStore

extension PostgresStore {
    /// Connects, looks, and changes nothing.
    /// - Returns: in words, the server's version and how the schema stands.
    /// - Throws: ``StoreFailure`` when the database cannot be reached or used by this version of the relay.
    public static func inspect(url: String) throws -> String {
        let connection = try PostgresConnection(PostgresAddress(url: url))
        let server = "PostgreSQL \(connection.version / 10_000)"
        guard try connection.run("SELECT to_regclass('schema_migrations')::text") != [""] else {
            return "\(server), the schema will be made"
        }
        let applied = Set(try connection.run("SELECT name FROM schema_migrations"))
        let known = Set(Schema.migrations(for: .postgres).map(\.name))
        guard applied.isSubset(of: known) else {
            throw StoreFailure(.unavailable, "a newer version of the relay has written this database; use that version")
        }
        let missing = known.subtracting(applied).count
        if missing > 0 { return "\(server), the schema will be changed" }
        let nodes = try connection.run("SELECT count(*) FROM nodes WHERE state = 'living'").first ?? "0"
        return "\(server), relays that run: \(nodes)"
    }
}
