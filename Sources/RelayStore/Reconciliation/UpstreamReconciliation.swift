public import RelayDomain

/// An upstream's usage export beside the receipts.
public struct UpstreamReconciliation: Sendable {
    /// Drifts that are listed.
    public static let driftLimit = 10_000

    public let check: Reconciliation.Check
    /// By day, upstream and model; only what does not agree.
    public let drift: [UpstreamDrift]
}

extension LedgerReader {
    /// Compares an export with what the receipts of its days say that its upstreams have reported. A request belongs to the day (UTC) of its
    /// admission, and to the upstream and model of the call that answered it. Memory grows with the groups alone.
    /// - Parameter prices: of a model of which there is no receipt; nil for one that the catalogue does not have.
    /// - Throws: ``StoreFailure``.
    public func compare(
        _ report: UpstreamUsageReport, prices: @escaping @Sendable (String) -> Prices?
    ) async throws -> UpstreamReconciliation {
        let totals = try await source.read { try RelayTotals(of: report, on: $0) }
        let groups = Set(report.groups.keys).union(totals.groups.keys).sorted()
        var findings = Findings()
        findings.examined = Int64(groups.count)
        var drift: [UpstreamDrift] = []
        for group in groups {
            let (mine, theirs) = (totals.groups[group] ?? UpstreamTokens(), report.groups[group] ?? UpstreamTokens())
            guard mine != theirs else { continue }
            let entry = UpstreamDrift(
                group: group, relay: mine, upstream: theirs, prices: totals.prices[group] ?? prices(group.model) ?? .standard)
            findings.add(Self.words(of: entry))
            if drift.count < UpstreamReconciliation.driftLimit { drift.append(entry) }
        }
        return UpstreamReconciliation(check: findings.check("upstreams report what the receipts say"), drift: drift)
    }

    private static func words(of drift: UpstreamDrift) -> String {
        let (mine, theirs) = (drift.relay, drift.upstream)
        let figures = [("input", mine.input, theirs.input), ("cached", mine.cached, theirs.cached), ("output", mine.output, theirs.output)]
            .filter { $0.1 != $0.2 }.map { "\($0.0) \($0.1), upstream \($0.2)" }
        return "\(Timestamp(day: drift.group.day).dayText) \(drift.group.upstream) \(drift.group.model): "
            + figures.joined(separator: "; ") + "; \(drift.cost.usd) USD"
    }
}

/// What receipts say that upstreams have reported, added up.
private struct RelayTotals: Sendable {
    private static let pageCount: Int64 = 2_048

    private(set) var groups: [UpstreamUsageGroup: UpstreamTokens] = [:]
    /// Of the last receipt of each.
    private(set) var prices: [UpstreamUsageGroup: Prices] = [:]

    init(of report: UpstreamUsageReport, on session: any SQLSession) throws {
        guard let days = report.days else { return }
        var after = ""
        while true {
            var last: String?
            try session.query(
                statement, count: 1,
                bind: { _, row in
                    row.append(after)
                    row.append(Timestamp(day: days.lowerBound))
                    row.append(Timestamp(day: days.upperBound + 1))
                    row.append(Self.pageCount)
                },
                row: { row in
                    last = row.text(0)
                    try add(row, report.upstreams)
                })
            guard let last else { return }
            after = last
        }
    }

    private mutating func add(_ row: any SQLRow, _ upstreams: Set<String>) throws {
        let attempts = try AttemptCoding.decode(row.text(2))
        // One that broke, or that the relay hung up on, may have reported what it had used by then.
        guard let served = attempts.last(where: { $0.outcome == .answered }) ?? attempts.last(where: { $0.notBilledBecause == nil }),
            upstreams.contains(served.upstream)
        else { return }
        let group = UpstreamUsageGroup(day: row.time(1).day, upstream: served.upstream, model: served.model)
        let cached = row.integer(5)
        groups[group, default: UpstreamTokens()] += UpstreamTokens(
            input: row.integer(3) + cached, cached: cached, output: row.integer(4))
        prices[group] = Prices(input: row.credits(6), output: row.credits(7), cachedRead: row.credits(8))
    }
}

private let statement = SQLStatement(
    """
    SELECT request, created_at, attempts, input, output, cached_read, input_price, output_price, cached_price FROM receipts
    WHERE request > $1 AND created_at >= $2 AND created_at < $3 AND source = 'reported' ORDER BY request LIMIT $4
    """)
