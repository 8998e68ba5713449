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
    public func statement(of account: AccountID, month: Month) async throws -> WalletStatement? {
        try await source.read { session in
            guard try !session.rows(StatementSQL.exists, [.id(account)], { $0.text(0) }).isEmpty else { return nil }
            let opening = try session.rows(StatementSQL.opening, [.id(account), .time(month.start)]) { $0.credits(0) }.first ?? .zero
            let entries = try session.rows(StatementSQL.entries, [.id(account), .time(month.start), .time(month.next.start)]) { row in
                let amount = row.credits(2)
                return WalletStatement.Entry(
                    at: row.time(0), kind: row.text(1), credits: row.text(3) == account.description ? amount : .zero - amount,
                    balanceAfter: row.credits(4), reference: row.text(5), note: row.optionalText(6))
            }
            return WalletStatement(month: month, opening: opening, closing: entries.last?.balanceAfter ?? opening, entries: entries)
        }
    }
}

private enum StatementSQL {
    static let exists = SQLStatement("SELECT account FROM wallets WHERE account = $1")
    /// The balance after the last entry before the month. The journal's order is the order in which balances changed.
    static let opening = SQLStatement(
        "SELECT balance_after FROM transfers WHERE wallet = $1 AND at < $2 ORDER BY number DESC LIMIT 1")
    static let entries = SQLStatement(
        """
        SELECT at, kind, amount, credit, balance_after, id, note FROM transfers
        WHERE wallet = $1 AND at >= $2 AND at < $3 AND kind <> 'absorbed' ORDER BY number
        """)
}
