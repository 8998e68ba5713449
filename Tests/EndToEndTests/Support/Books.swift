/// What stands in the database of a relay that does not run.
struct Books: Sendable {
    let openHolds: Int64
    /// How many there are in each state that occurs.
    let receipts: [String: Int64]

    static func read(_ relay: RelayProcess) async throws -> Books {
        let holds = try await relay.database.rows("SELECT count(*) FROM holds")
        let receipts = try await relay.database.rows("SELECT state, count(*) FROM receipts GROUP BY state")
        func number(_ text: String?) throws -> Int64 {
            guard let number = text.flatMap({ Int64($0) }) else { throw TestFailure("no number: \(text ?? "NULL")") }
            return number
        }
        return Books(
            openHolds: try number(holds.first?.first ?? nil),
            receipts: try Dictionary(uniqueKeysWithValues: receipts.map { ($0[0] ?? "", try number($0[1])) }))
    }
}
