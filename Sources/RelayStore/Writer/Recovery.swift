public import RelayDomain

extension LedgerReader {
    /// Open holds under no living lease, oldest first: their node is gone, and nobody will end them.
    /// - Parameter after: the last one that was seen.
    public func orphanedHolds(limit: Int = 500, after: RequestID? = nil) async throws -> [Hold] {
        try await source.read { session in
            try session.rows(
                orphans,
                bind: {
                    $0.append(Int64(limit))
                    $0.append(after?.description ?? "")
                }, Hold.init(row:))
        }
    }
}

extension LedgerWriter {
    /// Expires what a node that is gone left open: nothing is charged by guess.
    /// - Returns: how many holds this ended. Another node may have ended others of them at the same time; and one that the books refuse
    ///   to end, which the log says, hinders no other.
    public func expire(_ holds: [Hold], at time: Timestamp) async throws -> Int {
        var count = 0
        for hold in holds {
            let ending = HoldEnding(request: hold.request, account: hold.account, outcome: .expire, facts: ExchangeFacts(), at: time)
            switch await perform(.end(ending)) {
            case .ended(let ended): if ended.isFirst { count += 1 }
            case .refused(let refusal) where refusal.code == .internalError || refusal.code == .notFound: continue
            default: throw StoreFailure(.unavailable, "the hold of \(hold.request) could not be ended")
            }
        }
        return count
    }
}

private let orphans = SQLStatement(
    """
    SELECT \(Hold.columns) FROM holds
    WHERE NOT EXISTS (SELECT 1 FROM nodes WHERE nodes.epoch = holds.epoch AND nodes.state = 'living') AND request > $2
    ORDER BY request LIMIT $1
    """)
