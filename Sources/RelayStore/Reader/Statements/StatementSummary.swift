public import RelayDomain

/// A statement on a page: money that moved, one by one, and requests added up. It adds up, or there is none.
public struct StatementSummary: Sendable {
    /// Requests that were charged on one day to one model.
    public struct Usage: Sendable, Hashable {
        /// Of the charge: days since 1970-01-01, UTC.
        public let day: Int64
        public let model: String
        public let total: UsageTotal
    }

    /// All entries of one kind, whether they are listed or not.
    public struct Moved: Sendable, Hashable {
        public let kind: String
        public var count: Int64
        public var credits: Credits
    }

    public let period: StatementPeriod
    /// Recharges, adjustments, refunds and late settlements, in the journal's order; the first of them, where they are more than were asked for.
    public let movements: [JournalEntry]
    /// How many more there are.
    public let unlisted: Int64
    /// What recharges, adjustments and refunds come to, all of them.
    public let moved: [Moved]
    /// Requests that were settled in time. Those in archives are all among them.
    public let usage: [Usage]
    /// Requests that were settled after their hold had expired.
    public let late: UsageTotal

    /// What requests cost that were settled in time.
    public var used: UsageTotal { usage.reduce(into: UsageTotal()) { $0 += $1.total } }

    /// - Throws: ``StatementFault`` where it does not add up.
    func checked() throws -> StatementSummary {
        let sum = moved.reduce(Credits.zero) { $0 + $1.credits } - used.credits - late.credits
        guard period.opening + sum == period.closing else { throw StatementFault(period, sum: sum) }
        return self
    }
}
