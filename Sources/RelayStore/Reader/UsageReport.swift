public import RelayDomain

/// What `/v1/usage` groups by.
public enum UsageGrouping: String, Sendable, CaseIterable {
    case day
    case model
    case key
}

extension LedgerReader {
    /// An account's settled requests from one day to another, both included, added up.
    /// - Parameters:
    ///   - days: since 1970-01-01, UTC.
    ///   - limit: the most groups that are wanted.
    /// - Returns: for each group its name (a day's number, a model's name, a key's id) and its sums, in the order of the names.
    public func usage(
        of account: AccountID, days: ClosedRange<Int64>, by grouping: UsageGrouping, limit: Int
    ) async throws -> [(group: String, total: UsageTotal)] {
        try await source.read { session in
            try session.rows(
                UsageSQL.statement(grouping),
                bind: {
                    $0.append(account)
                    $0.append(days.lowerBound)
                    $0.append(days.upperBound)
                    $0.append(Int64(limit))
                }, { row in (row.text(0), UsageTotal(row: row, from: 1)) })
        }
    }
}

private enum UsageSQL {
    private static let byDay = grouped("day")
    private static let byModel = grouped("model")
    private static let byKey = grouped("key")

    static func statement(_ grouping: UsageGrouping) -> SQLStatement {
        switch grouping {
        case .day: byDay
        case .model: byModel
        case .key: byKey
        }
    }

    private static func grouped(_ column: String) -> SQLStatement {
        let sums = UsageTotal.columns.split(separator: ", ").map { "CAST(sum(\($0)) AS BIGINT)" }.joined(separator: ", ")
        return SQLStatement(
            """
            SELECT CAST(\(column) AS TEXT), \(sums) FROM usage_totals WHERE account = $1 AND day >= $2 AND day <= $3
            GROUP BY \(column) ORDER BY \(column) LIMIT $4
            """)
    }
}
