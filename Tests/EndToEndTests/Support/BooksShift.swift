import GRDB
import RelayDomain
import RelayTestKit

/// Makes the books of a relay that does not run as old as a test needs them: every time in them, and every id that holds one, by whole days.
enum BooksShift {
    static func back(days: Int64, of relay: RelayProcess) throws {
        let queue = try DatabaseQueue(path: relay.folder.path("data/relay.db"))
        defer { try? queue.close() }
        try queue.write { db in
            // The journal refuses changes; its triggers come back when this is done.
            let triggers = try Row.fetchAll(db, sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
            for trigger in triggers { try db.execute(sql: "DROP TRIGGER \(trigger["name"] as String)") }
            let milliseconds = days * 86_400_000
            for (table, column) in [("receipts", "request"), ("transfers", "id")] {
                for id in try String.fetchAll(db, sql: "SELECT \(column) FROM \(table) WHERE \(column) LIKE 'req_%'") {
                    try db.execute(
                        sql: "UPDATE \(table) SET \(column) = ? WHERE \(column) = ?", arguments: [older(id, by: milliseconds), id])
                }
            }
            try db.execute(
                sql: "UPDATE orders SET created_at = created_at - \(milliseconds), credited_at = credited_at - \(milliseconds)")
            try db.execute(sql: "UPDATE transfers SET at = at - \(milliseconds)")
            try db.execute(sql: "UPDATE receipts SET created_at = created_at - \(milliseconds), ended_at = ended_at - \(milliseconds)")
            try db.execute(sql: "UPDATE usage_totals SET day = day - \(days)")
            // All of a test's requests are of one month, or it ran at midnight.
            let oldest = try Int64.fetchOne(db, sql: "SELECT min(created_at) FROM receipts") ?? 0
            let month = Timestamp(milliseconds: oldest).month.number
            for table in ["receipts", "wallets", "keys"] { try db.execute(sql: "UPDATE \(table) SET month = \(month)") }
            // The chain of seals was over the rows as they were: it begins anew.
            for sql in [
                "DELETE FROM journal_seals", "UPDATE journal_head SET number = 0, hash = NULL", "DELETE FROM unsealed_batches",
                "INSERT INTO unsealed_batches (first_entry, entries) SELECT id, id FROM transfers",
            ] { try db.execute(sql: sql) }
            for trigger in triggers { try db.execute(sql: trigger["sql"] as String) }
        }
    }

    /// The id of a request, and of what came of it, as if it had been made earlier.
    private static func older(_ id: String, by milliseconds: Int64) -> String {
        let request = RequestID(String(id.prefix(30)))!
        return RequestID(high: request.high - UInt64(milliseconds) << 16, low: request.low).description + id.dropFirst(30)
    }
}
