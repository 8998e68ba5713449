import RelayDomain
import RelayStore

/// A month's statement, and what stands above it.
struct StatementDocument: Sendable {
    let account: Account
    let summary: StatementSummary
    /// The moment as of which it is.
    let readAt: Timestamp

    var period: StatementPeriod { summary.period }
    /// Whether the month is not over: then it closes with what the wallet held at ``readAt``.
    var isOpen: Bool { period.isOpen(at: readAt) }

    /// Without its ending.
    var fileName: String { "nexrelay-\(account.id)-\(period.month)" }
}

extension StatementPeriod {
    func isOpen(at time: Timestamp) -> Bool { time < month.next.start }
}
