import RelayDomain

/// A month's entries that are no charges, and what the books know of the payments behind them.
struct StatementMovements {
    let period: StatementPeriod
    /// The number of the entry before the next page.
    private var after: Int64 = 0
    /// No later page has an entry of before.
    private(set) var reach = Timestamp(milliseconds: .min)

    init(_ period: StatementPeriod) { self.period = period }

    mutating func page(_ limit: Int, on session: any SQLSession) throws -> [JournalEntry] {
        let entries = try session.rows(
            Statements.page,
            bind: {
                $0.append(period.account)
                $0.append(after)
                $0.append(period.lastEntry)
                $0.append(period.month.start)
                $0.append(period.month.next.start)
                $0.append(Int64(limit))
            }, JournalEntry.init(movement:))
        if entries.count == limit, let last = entries.last {
            after = last.number
            reach = last.at
        } else {
            reach = .distantFuture
        }
        return entries
    }

    /// All of the month, by kind.
    func sums(on session: any SQLSession) throws -> [StatementSummary.Moved] {
        try session.rows(
            Statements.sums,
            bind: {
                $0.append(period.account)
                $0.append(period.month.start)
                $0.append(period.month.next.start)
            }, { StatementSummary.Moved(kind: $0.text(0), count: $0.integer(1), credits: $0.credits(2)) })
    }

    private enum Statements {
        private static let isCredit = "t.credit = t.wallet"
        private static let inMonth = "t.wallet = $1 AND t.kind NOT IN ('charge', 'absorbed')"

        static let page = SQLStatement(
            """
            SELECT t.at, t.kind, t.amount, CASE WHEN \(isCredit) THEN 1 ELSE 0 END, t.balance_after, t.id, t.note, t.number,
              CASE WHEN \(isCredit) THEN t.debit ELSE t.credit END, coalesce(o.id, d.order_id), o.payment, d.transaction_hash,
              d.refund_transaction
            FROM transfers t LEFT JOIN orders o ON o.id = substr(t.id, 1, 30)
            LEFT JOIN deposits d ON d.id = coalesce(o.deposit, CASE WHEN t.id LIKE 'dep:%' THEN substr(t.id, 1, length(t.id) - 7) END)
            WHERE \(inMonth) AND t.number > $2 AND t.number <= $3 AND t.at >= $4 AND t.at < $5 ORDER BY t.number LIMIT $6
            """)
        static let sums = SQLStatement(
            """
            SELECT t.kind, count(*), CAST(sum(CASE WHEN \(isCredit) THEN t.amount ELSE -t.amount END) AS BIGINT) FROM transfers t
            WHERE \(inMonth) AND t.at >= $2 AND t.at < $3 GROUP BY t.kind ORDER BY t.kind
            """)
    }
}

extension JournalEntry {
    /// Behind the columns of a charge: the operator's account, the order, its transaction, the deposit's, the one that sent it back.
    fileprivate init(movement row: any SQLRow) {
        self.init(row: row)
        order = row.optionalText(9)
        let parts = row.text(8).split(separator: ":")
        if parts.count == 2, parts[0] == "cash", parts[1] != "manual" { network = String(parts[1]) }
        transaction = kind == Transfer.Kind.refund.rawValue ? row.optionalText(12) : row.optionalText(11) ?? row.optionalText(10)
    }
}
