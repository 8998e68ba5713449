public import RelayDomain

/// A wallet's journal of one month, from its opening to its closing balance.
public struct WalletStatement: Sendable {
    public struct Entry: Sendable {
        public let at: Timestamp
        public let kind: String
        /// Added to the wallet; below zero where it left.
        public let credits: Credits
        public let balanceAfter: Credits
        /// The transfer's id.
        public let reference: String
        public let note: String?
    }

    public let month: Month
    public let opening: Credits
    public let closing: Credits
    public let entries: [Entry]
}

extension LedgerReader {
    /// The month's entries that moved the wallet's credits; nil for an unknown account.
    ///
    /// Charges are found by their receipts, or by what is left of those in archives; everything else by the journal's own index. The opening
    /// balance is what the wallet has now, less all that has moved since.
    public func statement(of account: AccountID, month: Month) async throws -> WalletStatement? {
        try await source.read { session in
            guard let posted = try session.rows(StatementSQL.posted, bind: { $0.append(account) }, { $0.credits(0) }).first else {
                return nil
            }
            // A request may end in the month after its own: nothing relayed goes on for a day.
            let since = RequestID(high: UInt64(month.start.milliseconds - 86_400_000) << 16, low: 0)
            let entries =
                try session.rows(
                    StatementSQL.charges,
                    bind: {
                        $0.append(account)
                        $0.append(since)
                        $0.append(month.start)
                    }, NumberedEntry.init(row:))
                + session.rows(
                    StatementSQL.others,
                    bind: {
                        $0.append(account)
                        $0.append(month.start)
                    }, NumberedEntry.init(row:))
                + ArchivedCharges(account: account, month: month).entries(on: session)
            // Those of archived requests that came later were never listed one by one.
            let later = try ArchivedCharges(account: account, month: month).creditsSince(on: session)
            let opening = entries.reduce(posted + later) { $0 - $1.entry.credits }
            let inMonth = entries.filter { $0.entry.at < month.next.start }.sorted { $0.number < $1.number }.map(\.entry)
            return WalletStatement(month: month, opening: opening, closing: inMonth.reduce(opening) { $0 + $1.credits }, entries: inMonth)
        }
    }
}

/// An entry and its number in the wallet's journal.
struct NumberedEntry {
    let number: Int64
    let entry: WalletStatement.Entry

    /// Columns: at, kind, amount, whether it was credited to the wallet, balance after, id, note, number.
    init(row: any SQLRow) {
        let amount = row.credits(2)
        number = row.integer(7)
        entry = WalletStatement.Entry(
            at: row.time(0), kind: row.text(1), credits: row.integer(3) != 0 ? amount : .zero - amount, balanceAfter: row.credits(4),
            reference: row.text(5), note: row.optionalText(6))
    }
}

private enum StatementSQL {
    static let posted = SQLStatement("SELECT posted FROM wallets WHERE account = $1")
    static let charges = SQLStatement(
        """
        SELECT t.at, t.kind, t.amount, 0, t.balance_after, t.id, t.note, t.number FROM receipts r
        JOIN transfers t ON t.id = r.request || ':settle' WHERE r.account = $1 AND r.request >= $2 AND t.at >= $3
        """)
    static let others = SQLStatement(
        """
        SELECT at, kind, amount, CASE WHEN credit = wallet THEN 1 ELSE 0 END, balance_after, id, note, number FROM transfers
        WHERE wallet = $1 AND at >= $2 AND kind NOT IN ('charge', 'absorbed')
        """)
}
