import RelayDomain

/// The charges of requests whose receipts are in archives, of one account, seen from one month.
///
/// No index leads from an account to its charges but its receipts. So the month's are looked for between the first and the last of the
/// account's archived requests, among all accounts' entries: a second for a million. Those of later months are only added up.
struct ArchivedCharges {
    let account: AccountID
    let month: Month

    private var firstDay: Int64 { month.start.day }
    private var nextFirstDay: Int64 { month.next.start.day }

    /// The month's.
    func entries(on session: any SQLSession) throws -> [NumberedEntry] {
        let range = try session.rows(
            Statements.range,
            bind: {
                $0.append(account)
                $0.append(firstDay)
                $0.append(nextFirstDay)
            }, { row in row.isNull(0) ? nil : (first: row.text(0), last: row.text(1)) }
        ).first
        guard let range, let range else { return [] }
        return try session.rows(
            Statements.charges,
            bind: {
                $0.append(range.first)
                // Behind every entry of the last request.
                $0.append(range.last + "~")
                $0.append(account)
                $0.append(month.start)
                $0.append(month.next.start)
            }, NumberedEntry.init(row:))
    }

    /// All that was charged after the month, in archives.
    func creditsSince(on session: any SQLSession) throws -> Credits {
        try session.rows(
            Statements.since,
            bind: {
                $0.append(account)
                $0.append(nextFirstDay)
            }, { $0.credits(0) }
        ).first ?? .zero
    }

    private enum Statements {
        static let range = SQLStatement(
            """
            SELECT min(first_request), max(last_request) FROM archived_sums
            WHERE account = $1 AND ended_day >= $2 AND ended_day < $3 AND charges > 0
            """)
        static let charges = SQLStatement(
            """
            SELECT t.at, t.kind, t.amount, 0, t.balance_after, t.id, t.note, t.number FROM transfers t
            WHERE t.id >= $1 AND t.id <= $2 AND t.wallet = $3 AND t.kind = 'charge' AND t.at >= $4 AND t.at < $5
              AND NOT EXISTS (SELECT 1 FROM receipts r WHERE r.request = substr(t.id, 1, 30))
            """)
        static let since = SQLStatement(
            "SELECT CAST(coalesce(sum(charged), 0) AS BIGINT) FROM archived_sums WHERE account = $1 AND ended_day >= $2")
    }
}
