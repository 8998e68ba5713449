public import RelayDomain

/// A month of a wallet, as the books were at one moment.
public struct StatementPeriod: Sendable, Hashable {
    public let account: AccountID
    public let month: Month
    /// What the wallet held when the month began, holds not deducted.
    public let opening: Credits
    /// What it held when the month ended, or holds now where it has not.
    public let closing: Credits
    /// The number of the journal's last entry at that moment. What came after it belongs to no page of this statement.
    let lastEntry: Int64
}

/// A statement whose sums do not lead from its opening to its closing balance, or whose journal has changed in between. Nobody may see it.
public struct StatementFault: Error, CustomStringConvertible {
    public let description: String

    init(_ period: StatementPeriod, sum: Credits) {
        description = """
            the statement of \(period.account) for \(period.month) does not add up: it opens with \(period.opening) and closes with \
            \(period.closing), and its entries come to \(sum)
            """
    }
}
