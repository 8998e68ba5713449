import RelayDomain

/// A day's archive that is this node's to finish.
struct ArchiveClaim {
    enum State: String {
        /// Its file is being written.
        case writing
        /// Its file is durable; its receipts are being removed.
        case written
    }

    let day: Int64
    let part: Int64
    /// The lease under which it was claimed.
    let epoch: Int64
    let state: State
    /// Who had it before.
    let formerEpoch: Int64
    let file: String
    let contents: ArchiveFolder.Contents

    static let columns = "day, part, state, epoch, file, bytes, sha256, receipts"

    func appendKey(to row: inout SQLParameters) {
        row.append(day)
        row.append(part)
        row.append(epoch)
    }
}

extension ArchiveClaim {
    /// Columns: ``columns``.
    init(row: any SQLRow, epoch: Int64) throws {
        day = row.integer(0)
        part = row.integer(1)
        guard let state = State(rawValue: row.text(2)) else { throw StoreFailure(.corrupt, "no archive in work: \(row.text(2))") }
        self.state = state
        self.epoch = epoch
        formerEpoch = row.integer(3)
        file = row.text(4)
        contents = ArchiveFolder.Contents(bytes: row.integer(5), sha256: row.text(6), receipts: row.integer(7))
    }
}

/// How a claim is taken, kept and ended. Every step of a claim names its epoch, so that whoever lost it to another node can do nothing more.
enum ArchiveStatements {
    static let unfinished = SQLStatement(
        """
        SELECT \(ArchiveClaim.columns), CASE WHEN EXISTS (
          SELECT 1 FROM nodes WHERE nodes.epoch = archives.epoch AND nodes.state = 'living') THEN 1 ELSE 0 END
        FROM archives WHERE state <> 'pruned' ORDER BY day, part LIMIT 1
        """)
    static let takeOver = SQLStatement(
        "UPDATE archives SET epoch = $4 WHERE day = $1 AND part = $2 AND epoch = $3 AND state <> 'pruned' RETURNING day")
    static let oldest = SQLStatement("SELECT request, created_at FROM receipts WHERE request > $1 ORDER BY request LIMIT 1")
    static let openBefore = SQLStatement("SELECT request FROM holds WHERE created_at < $1 LIMIT 1")
    static let claim = SQLStatement(
        """
        INSERT INTO archives (day, part, state, epoch, claimed_at)
        SELECT $1, coalesce(max(part), 0) + 1, 'writing', $2, $3 FROM archives WHERE day = $1
        HAVING count(*) = count(*) FILTER (WHERE state = 'pruned')
        ON CONFLICT (day, part) DO NOTHING RETURNING part
        """,
        postgres: """
            INSERT INTO archives (day, part, state, epoch, claimed_at)
            SELECT $1::bigint, coalesce(max(part), 0) + 1, 'writing', $2::bigint, $3::bigint FROM archives WHERE day = $1::bigint
            HAVING count(*) = count(*) FILTER (WHERE state = 'pruned')
            ON CONFLICT (day, part) DO NOTHING RETURNING part
            """)
    static let written = SQLStatement(
        """
        UPDATE archives SET state = 'written', file = $4, bytes = $5, sha256 = $6, receipts = $7, charged = $8
        WHERE day = $1 AND part = $2 AND epoch = $3 AND state = 'writing'
        """)
    static let giveUp = SQLStatement("DELETE FROM archives WHERE day = $1 AND part = $2 AND epoch = $3 AND state = 'writing'")
    static let pruned = SQLStatement(
        "UPDATE archives SET state = 'pruned', pruned_at = $4 WHERE day = $1 AND part = $2 AND epoch = $3 AND state = 'written'")
    /// What a day's archives hold more than was removed.
    static let difference = SQLStatement(
        """
        SELECT CAST(coalesce(sum(receipts), 0) AS BIGINT), CAST(coalesce(sum(charged), 0) AS BIGINT) FROM (
          SELECT receipts, charged FROM archives WHERE day = $1 AND state <> 'writing'
          UNION ALL SELECT -receipts, -charged FROM archived_sums WHERE day = $1
        ) AS both_sides
        """)
    static let page = SQLStatement(
        """
        SELECT \(Receipt.columns) FROM receipts
        WHERE request > $1 AND request <= $2 AND created_at >= $3 AND created_at < $4 ORDER BY request LIMIT $5
        """)

    static let lost = RetentionFailure("another node has taken over the archive of that day")
}
