import RelayDomain

/// What a wallet held when months began: what it holds now, less all that has moved since.
///
/// The charges since then are read from the totals by day, a few rows a day. Those count a request on the day on which it came, and a
/// statement on the day on which it was charged: so requests that came on one side of midnight and were charged on the other are looked up.
struct WalletHistory {
    let account: AccountID
    let posted: Credits
    /// The number of the journal's last entry.
    let lastEntry: Int64

    /// - Returns: nil for an unknown account.
    init?(of account: AccountID, on session: any SQLSession) throws {
        let row = try session.rows(Statements.wallet, bind: { $0.append(account) }, { ($0.credits(0), $0.integer(1)) }).first
        guard let row else { return nil }
        self.account = account
        (posted, lastEntry) = row
    }

    func balance(atStartOf month: Month, on session: any SQLSession) throws -> Credits {
        let start = month.start
        let moved = try sum(Statements.moved, on: session) { $0.append(start) }
        let charged = try sum(Statements.charged, on: session) { $0.append(start.day) }
        let archived = try sum(Statements.archivedAcross, on: session) { $0.append(start.day) }
        let requests = StatementRange.requests(from: start, to: start)
        let quick = try sum(Statements.quickAcross, on: session) {
            $0.append(start)
            $0.append(requests.first)
            $0.append(requests.last)
        }
        let slow = try sum(Statements.slowAcross, on: session) { $0.append(start) }
        return posted - moved + charged + archived + quick + slow
    }

    func period(of month: Month, opening: Credits, closing: Credits) -> StatementPeriod {
        StatementPeriod(account: account, month: month, opening: opening, closing: closing, lastEntry: lastEntry)
    }

    private func sum(
        _ statement: SQLStatement, on session: any SQLSession, bind: (inout SQLParameters) -> Void
    ) throws -> Credits {
        try session.rows(
            statement,
            bind: {
                $0.append(account)
                bind(&$0)
            }, { $0.credits(0) }
        ).first ?? .zero
    }

    private enum Statements {
        static let wallet = SQLStatement("SELECT posted, last_transfer FROM wallets WHERE account = $1")
        static let moved = SQLStatement(
            """
            SELECT CAST(coalesce(sum(CASE WHEN credit = wallet THEN amount ELSE -amount END), 0) AS BIGINT) FROM transfers
            WHERE wallet = $1 AND at >= $2 AND kind NOT IN ('charge', 'absorbed')
            """)
        static let charged = SQLStatement(
            "SELECT CAST(coalesce(sum(credits), 0) AS BIGINT) FROM usage_totals WHERE account = $1 AND day >= $2")
        /// What came before and was charged after adds; what, by a clock that was set back, came after and was charged before takes away.
        static let archivedAcross = SQLStatement(
            """
            SELECT CAST(coalesce(sum(CASE WHEN day < $2 THEN charged ELSE -charged END), 0) AS BIGINT) FROM archived_sums
            WHERE account = $1 AND (day < $2 AND ended_day >= $2 OR day >= $2 AND ended_day < $2)
            """)
        static let quickAcross = across("request >= $3 AND request < $4 AND \(StatementRange.quick)")
        static let slowAcross = across(StatementRange.slow)

        private static func across(_ which: String) -> SQLStatement {
            SQLStatement(
                """
                SELECT CAST(coalesce(sum(CASE WHEN created_at < $2 THEN charged ELSE -charged END), 0) AS BIGINT) FROM receipts
                WHERE account = $1 AND \(which)
                  AND (created_at < $2 AND ended_at >= $2 OR created_at >= $2 AND ended_at < $2)
                """)
        }
    }
}
