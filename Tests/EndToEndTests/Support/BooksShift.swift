import RelayDomain

/// Makes the books of a relay that does not run as old as a test needs them: every time in them, and every id that holds one, by whole days.
enum BooksShift {
    static func back(days: Int64, of database: RelayDatabase) async throws {
        let milliseconds = days * 86_400_000
        var changes: [String] = []
        for (table, column) in [("receipts", "request"), ("transfers", "id")] {
            for row in try await database.rows("SELECT \(column) FROM \(table) WHERE \(column) LIKE 'req_%'") {
                guard let id = row[0] else { continue }
                changes.append("UPDATE \(table) SET \(column) = '\(older(id, by: milliseconds))' WHERE \(column) = '\(id)'")
            }
        }
        changes += [
            "UPDATE orders SET created_at = created_at - \(milliseconds), credited_at = credited_at - \(milliseconds)",
            "UPDATE events SET at = at - \(milliseconds)",
            "UPDATE transfers SET at = at - \(milliseconds)",
            "UPDATE receipts SET created_at = created_at - \(milliseconds), ended_at = ended_at - \(milliseconds)",
            "UPDATE usage_totals SET day = day - \(days)",
        ]
        // All of a test's requests are of one month, or it ran at midnight.
        let oldest = try await database.rows("SELECT min(created_at) FROM receipts").first?[0].flatMap { Int64($0) } ?? milliseconds
        let month = Timestamp(milliseconds: oldest - milliseconds).month.number
        for table in ["receipts", "wallets", "keys"] { changes.append("UPDATE \(table) SET month = \(month)") }
        // The chain of seals was over the rows as they were: it begins anew.
        changes += [
            "DELETE FROM journal_seals", "UPDATE journal_head SET number = 0, hash = NULL", "DELETE FROM unsealed_batches",
            "INSERT INTO unsealed_batches (first_entry, entries) SELECT id, id FROM transfers",
        ]
        // The journal refuses changes; its triggers come back when this is done.
        let triggers = try await triggers(of: database)
        try await database.execute(triggers.map(\.off) + changes + triggers.map(\.on))
    }

    private static func triggers(of database: RelayDatabase) async throws -> [(off: String, on: String)] {
        guard case .sqlite = database else {
            return ["transfers", "journal_seals"].map {
                ("ALTER TABLE \($0) DISABLE TRIGGER USER", "ALTER TABLE \($0) ENABLE TRIGGER USER")
            }
        }
        return try await database.rows("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").compactMap { row in
            guard let name = row[0], let sql = row[1] else { return nil }
            return ("DROP TRIGGER \(name)", sql)
        }
    }

    /// The id of a request, and of what came of it, as if it had been made earlier.
    private static func older(_ id: String, by milliseconds: Int64) -> String {
        let request = RequestID(String(id.prefix(30)))!
        return RequestID(high: request.high - UInt64(milliseconds) << 16, low: request.low).description + id.dropFirst(30)
    }
}
