public import RelayDomain

extension LedgerReader {
    /// Open holds under no living lease, oldest first: their node is gone, and nobody will end them.
    public func orphanedHolds(limit: Int = 500) async throws -> [Hold] {
        try await source.read { try $0.rows(orphans, bind: { $0.append(Int64(limit)) }, Hold.init(row:)) }
    }
}

extension LedgerWriter {
    /// Expires what a node that is gone left open: nothing is charged by guess.
    /// - Returns: how many holds this ended. Another node may have ended others of them at the same time.
    public func expire(_ holds: [Hold], at time: Timestamp) async throws -> Int {
        var count = 0
        for hold in holds {
            let ending = HoldEnding(request: hold.request, account: hold.account, outcome: .expire, facts: ExchangeFacts(), at: time)
            guard case .ended(let ended) = await perform(.end(ending)) else {
                throw StoreFailure(.unavailable, "the hold of \(hold.request) could not be ended")
            }
            if ended.isFirst { count += 1 }
        }
        return count
    }
}

private let orphans = SQLStatement(
    """
    SELECT \(Hold.columns) FROM holds
    WHERE NOT EXISTS (SELECT 1 FROM nodes WHERE nodes.epoch = holds.epoch AND nodes.state = 'living') ORDER BY request LIMIT $1
    """)
