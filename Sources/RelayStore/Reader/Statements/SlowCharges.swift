import RelayDomain

/// A month's charges of requests that were not quick, in the order of their time.
struct SlowCharges {
    let period: StatementPeriod
    /// Only those that were settled late.
    let isLateOnly: Bool
    private var after: (at: Timestamp, request: String)
    /// No later page has an entry of before.
    private(set) var reach = Timestamp(milliseconds: .min)

    init(_ period: StatementPeriod, isLateOnly: Bool = false) {
        self.period = period
        self.isLateOnly = isLateOnly
        after = (period.month.start, "")
    }

    mutating func page(_ limit: Int, on session: any SQLSession) throws -> [JournalEntry] {
        let entries = try session.rows(
            isLateOnly ? Statements.late : Statements.all,
            bind: {
                $0.append(period.account)
                $0.append(after.at)
                $0.append(after.request)
                $0.append(period.month.next.start)
                $0.append(period.lastEntry)
                $0.append(Int64(limit))
            },
            { row in
                var entry = JournalEntry(row: row)
                entry.isLate = row.integer(8) != 0
                return entry
            })
        if entries.count == limit, let last = entries.last {
            after = (last.at, last.request)
            reach = last.at
        } else {
            reach = .distantFuture
        }
        return entries
    }

    private enum Statements {
        static let all = page("")
        static let late = page(" AND settled_late = 1")

        private static func page(_ condition: String) -> SQLStatement {
            SQLStatement(
                """
                SELECT \(JournalEntry.chargeColumns), r.settled_late
                FROM (
                  SELECT request, settled_late, ended_at FROM receipts
                  WHERE account = $1 AND ended_at >= $2 AND ended_at < $4 AND \(StatementRange.slow)\(condition)
                    AND (ended_at > $2 OR request > $3) AND charged > 0
                ) r JOIN transfers t ON t.id = r.request || ':settle'
                WHERE t.number <= $5 ORDER BY r.ended_at, r.request LIMIT $6
                """)
        }
    }
}
