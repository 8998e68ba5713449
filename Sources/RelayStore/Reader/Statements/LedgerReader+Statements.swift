public import RelayDomain

extension LedgerReader {
    /// Months of an account, newest first, each with its opening and closing balance.
    /// - Parameters:
    ///   - months: the first and the last that are wanted.
    ///   - limit: at most so many, at least 1.
    /// - Returns: nil for an unknown account.
    public func statements(of account: AccountID, months: ClosedRange<Month>, limit: Int) async throws -> [StatementPeriod]? {
        try await source.read { session in
            guard let history = try WalletHistory(of: account, on: session) else { return nil }
            var periods: [StatementPeriod] = []
            var month = months.upperBound
            var closing = try history.balance(atStartOf: month.next, on: session)
            while month >= months.lowerBound, periods.count < limit {
                let opening = try history.balance(atStartOf: month, on: session)
                periods.append(history.period(of: month, opening: opening, closing: closing))
                closing = opening
                month = Month(number: month.number - 1)
            }
            return periods
        }
    }

    /// A month's statement with its requests added up, of one moment.
    /// - Parameter listing: so many movements are listed at most.
    /// - Returns: nil for an unknown account.
    /// - Throws: ``StatementFault`` where the books do not lead from the opening to the closing balance; ``StoreFailure``.
    public func statement(of account: AccountID, month: Month, listing limit: Int) async throws -> StatementSummary? {
        try await source.read { session in
            guard let history = try WalletHistory(of: account, on: session) else { return nil }
            let period = history.period(
                of: month, opening: try history.balance(atStartOf: month, on: session),
                closing: try history.balance(atStartOf: month.next, on: session))
            let sums = StatementSums(account: account, month: month)
            var movements = StatementMovements(period)
            var late = SlowCharges(period, isLateOnly: true)
            let found = try movements.page(limit, on: session) + late.page(limit, on: session)
            let listed = Array(found.sorted { $0.number < $1.number }.prefix(limit))
            let moved = try movements.sums(on: session)
            let (lateTotal, lateCharges) = try sums.late(on: session)
            return try StatementSummary(
                period: period, movements: listed, unlisted: moved.reduce(lateCharges) { $0 + $1.count } - Int64(listed.count),
                moved: moved,
                usage: sums.usage(on: session), late: lateTotal
            ).checked()
        }
    }

    /// Every entry of a statement, in the journal's order.
    public func entries(of period: StatementPeriod) -> StatementEntries { StatementEntries(period, source: source) }
}
