import RelayDomain

/// What the settled requests of a month come to, by the day of their charge and by model.
struct StatementSums {
    let account: AccountID
    let month: Month

    /// Those that were settled in time, and those whose receipts are in archives, in the order of day and model.
    func usage(on session: any SQLSession) throws -> [StatementSummary.Usage] {
        var totals: [Group: UsageTotal] = [:]
        func add(_ rows: [StatementSummary.Usage]) {
            for row in rows { totals[Group(day: row.day, model: row.model), default: UsageTotal()] += row.total }
        }
        let requests = StatementRange.requests(from: month.start, to: month.next.start)
        add(
            try session.rows(
                Statements.quick,
                bind: {
                    bindTimes(&$0)
                    $0.append(requests.first)
                    $0.append(requests.last)
                }, StatementSummary.Usage.init(row:)))
        add(try session.rows(Statements.slow, bind: bindTimes, StatementSummary.Usage.init(row:)))
        add(try session.rows(Statements.archived, bind: bindDays, StatementSummary.Usage.init(row:)))
        return totals.sorted { $0.key < $1.key }.map { .init(day: $0.key.day, model: $0.key.model, total: $0.value) }
    }

    /// Those that were settled after their hold had expired, as long as their receipts are here; and how many of them cost something.
    func late(on session: any SQLSession) throws -> (total: UsageTotal, charges: Int64) {
        try session.rows(Statements.late, bind: bindTimes, { (UsageTotal(row: $0, from: 0), $0.integer(5)) }).first ?? (UsageTotal(), 0)
    }

    private struct Group: Hashable, Comparable {
        let day: Int64
        let model: String

        static func < (a: Group, b: Group) -> Bool { a.day == b.day ? a.model < b.model : a.day < b.day }
    }

    private func bindTimes(_ parameters: inout SQLParameters) {
        parameters.append(account)
        parameters.append(month.start)
        parameters.append(month.next.start)
    }

    private func bindDays(_ parameters: inout SQLParameters) {
        parameters.append(account)
        parameters.append(month.start.day)
        parameters.append(month.next.start.day)
    }

    private enum Statements {
        private static let sums = ["input_metered", "output_metered", "cached_metered", "charged"]
            .map { "CAST(coalesce(sum(\($0)), 0) AS BIGINT)" }.joined(separator: ", ")
        private static let inMonth = "account = $1 AND ended_at >= $2 AND ended_at < $3 AND state = 'settled' AND replayed_from IS NULL"

        static let quick = byDay("request >= $4 AND request < $5 AND \(StatementRange.quick)")
        static let slow = byDay("\(StatementRange.slow) AND settled_late = 0")
        static let late = SQLStatement(
            """
            SELECT count(*), \(sums), count(CASE WHEN charged > 0 THEN 1 END) FROM receipts
            WHERE \(inMonth) AND \(StatementRange.slow) AND settled_late = 1
            """)
        static let archived = SQLStatement(
            """
            SELECT ended_day, model, \(["requests", "input", "output", "cached_read", "charged"]
                .map { "CAST(sum(\($0)) AS BIGINT)" }.joined(separator: ", "))
            FROM archived_sums WHERE account = $1 AND ended_day >= $2 AND ended_day < $3 GROUP BY ended_day, model
            """)

        private static func byDay(_ which: String) -> SQLStatement {
            SQLStatement(
                """
                SELECT ended_at / 86400000, model, count(*), \(sums) FROM receipts WHERE \(inMonth) AND \(which)
                GROUP BY ended_at / 86400000, model
                """)
        }
    }
}

extension StatementSummary.Usage {
    fileprivate init(row: any SQLRow) {
        self.init(day: row.integer(0), model: row.text(1), total: UsageTotal(row: row, from: 2))
    }
}
