import RelayDomain
import Testing

@testable import RelayStore

/// A whole statement, held against the journal itself.
struct GatheredStatement {
    let summary: StatementSummary
    let entries: [JournalEntry]

    var opening: Credits { summary.period.opening }
    var closing: Credits { summary.period.closing }
}

extension LedgerReader {
    /// All of a statement, in pages so small that there are many.
    /// - Parameter isOrdered: whether the entries come in the journal's order, which only clocks that are set back can disturb.
    /// - Returns: nil for an unknown account.
    func statement(
        of account: AccountID, month: Month, pageEntries: Int = 3, isOrdered: Bool = true, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> GatheredStatement? {
        guard let summary = try await statement(of: account, month: month, listing: 10_000) else { return nil }
        var pages = StatementEntries(summary.period, source: source, pageEntries: pageEntries)
        var entries: [JournalEntry] = []
        while let page = try await pages.next() { entries += page }
        if !isOrdered { entries.sort { $0.number < $1.number } }
        let gathered = GatheredStatement(summary: summary, entries: entries)
        try await expect(gathered, isOf: account, sourceLocation)
        return gathered
    }

    /// Reads every entry that the account ever had, by no index and no sum.
    private func expect(_ statement: GatheredStatement, isOf account: AccountID, _ location: SourceLocation) async throws {
        let month = statement.summary.period.month
        let journal = try await source.read { session in
            try session.rows(everything, bind: { $0.append(account) }, JournalEntry.init(row:))
        }
        let name = Comment("\(account) \(month)")
        let opening = journal.filter { $0.at < month.start }.reduce(Credits.zero) { $0 + $1.credits }
        let expected = journal.filter { $0.at >= month.start && $0.at < month.next.start }
        #expect(statement.opening == opening, name, sourceLocation: location)
        #expect(statement.closing == expected.reduce(opening) { $0 + $1.credits }, name, sourceLocation: location)
        #expect(statement.entries.map(\.reference) == expected.map(\.reference), name, sourceLocation: location)
        #expect(statement.entries.map(\.credits) == expected.map(\.credits), name, sourceLocation: location)
        #expect(statement.entries.map(\.balanceAfter) == expected.map(\.balanceAfter), name, sourceLocation: location)
        let movements = expected.filter { $0.kind != "charge" }.map(\.reference)
        #expect(statement.summary.movements.filter { !$0.isLate }.map(\.reference) == movements, name, sourceLocation: location)
        #expect(statement.summary.unlisted == 0, name, sourceLocation: location)
        let charged = expected.filter { $0.kind == "charge" }.reduce(Credits.zero) { $0 - $1.credits }
        #expect(statement.summary.used.credits + statement.summary.late.credits == charged, name, sourceLocation: location)
    }
}

private let everything = SQLStatement(
    """
    SELECT at, kind, amount, CASE WHEN credit = wallet THEN 1 ELSE 0 END, balance_after, id, note, number FROM transfers
    WHERE wallet = $1 AND kind <> 'absorbed' ORDER BY number
    """)
