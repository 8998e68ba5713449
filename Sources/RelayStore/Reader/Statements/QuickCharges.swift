import RelayDomain

/// A month's charges of quick requests, and of all those whose receipts are in archives, in the order of the requests.
///
/// No index leads from an account to its charges but its receipts. So archived ones are looked for between the first and the last of the
/// account's archived requests, among all accounts' entries: a second for a million. A page takes both from the same range of requests and
/// of one moment, so that a receipt that moves to an archive between two pages is in one of them.
struct QuickCharges {
    let period: StatementPeriod
    private let requests: (first: RequestID, last: RequestID)
    /// The request that the page before ended with.
    private var after = ""
    /// No later page has an entry of before.
    private(set) var reach = Timestamp(milliseconds: .min)

    init(_ period: StatementPeriod) {
        self.period = period
        requests = StatementRange.requests(from: period.month.start, to: period.month.next.start)
    }

    mutating func page(_ limit: Int, on session: any SQLSession) throws -> [JournalEntry] {
        let kept = try kept(limit, on: session)
        let archived = try archived(limit, on: session)
        let ends = [kept, archived].filter { $0.count == limit }.compactMap { $0.last?.request }
        guard let end = ends.min() else {
            reach = .distantFuture
            return kept + archived
        }
        after = end
        reach = RequestID(end).map { Timestamp(milliseconds: Int64($0.high >> 16)) } ?? reach
        return (kept + archived).filter { $0.request <= end }
    }

    private func kept(_ limit: Int, on session: any SQLSession) throws -> [JournalEntry] {
        try session.rows(
            Statements.kept,
            bind: {
                $0.append(period.account)
                $0.append(max(after, requests.first.description))
                $0.append(requests.last)
                bindPeriod(limit, &$0)
            }, JournalEntry.init(row:))
    }

    private func archived(_ limit: Int, on session: any SQLSession) throws -> [JournalEntry] {
        let range = try session.rows(
            Statements.archivedRange,
            bind: {
                $0.append(period.account)
                $0.append(period.month.start.day)
                $0.append(period.month.next.start.day)
            }, { $0.isNull(0) ? nil : (first: $0.text(0), last: $0.text(1)) }
        ).first
        guard let range, let range else { return [] }
        return try session.rows(
            Statements.archived,
            bind: {
                $0.append(period.account)
                // Behind every entry of a request, and before those of the next.
                $0.append(after.isEmpty ? range.first : max(after + "~", range.first))
                $0.append(range.last + "~")
                bindPeriod(limit, &$0)
            }, JournalEntry.init(row:))
    }

    private func bindPeriod(_ limit: Int, _ parameters: inout SQLParameters) {
        parameters.append(period.month.start)
        parameters.append(period.month.next.start)
        parameters.append(period.lastEntry)
        parameters.append(Int64(limit))
    }

    private enum Statements {
        static let kept = SQLStatement(
            """
            SELECT \(JournalEntry.chargeColumns) FROM (
              SELECT request FROM receipts WHERE account = $1 AND request > $2 AND request < $3 AND ended_at >= $4 AND ended_at < $5
                AND \(StatementRange.quick) AND charged > 0
            ) r JOIN transfers t ON t.id = r.request || ':settle' WHERE t.number <= $6 ORDER BY r.request LIMIT $7
            """)
        static let archivedRange = SQLStatement(
            """
            SELECT min(first_request), max(last_request) FROM archived_sums
            WHERE account = $1 AND ended_day >= $2 AND ended_day < $3 AND charges > 0
            """)
        static let archived = SQLStatement(
            """
            SELECT \(JournalEntry.chargeColumns) FROM transfers t
            WHERE t.id >= $2 AND t.id <= $3 AND t.wallet = $1 AND t.kind = 'charge' AND t.at >= $4 AND t.at < $5 AND t.number <= $6
              AND NOT EXISTS (SELECT 1 FROM receipts r WHERE r.request = substr(t.id, 1, 30)) ORDER BY t.id LIMIT $7
            """)
    }
}
