public import RelayDomain

extension LedgerReader {
    /// Open holds under no living lease, oldest first: their node is gone, and nobody will end them.
    /// - Parameter after: the last one that was seen.
    public func orphanedHolds(limit: Int = 256, after: RequestID? = nil) async throws -> [Hold] {
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
    /// - Parameter holds: as many as may be queued at once.
    /// - Returns: how many holds this ended. Another node may have ended others of them at the same time; and one that the books refuse
    ///   to end, which the log says, hinders no other.
    public func expire(_ holds: [Hold], at time: Timestamp) async throws -> Int {
        // All at once: they are queued before the first is answered, and share transactions.
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for hold in holds { group.addTask { try await self.expire(hold, at: time) } }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }

    /// - Returns: whether this ended it.
    private func expire(_ hold: Hold, at time: Timestamp) async throws -> Bool {
        let ending = HoldEnding(request: hold.request, account: hold.account, outcome: .expire, facts: ExchangeFacts(), at: time)
        switch await perform(.end(ending)) {
        case .ended(let ended): return ended.isFirst
        case .refused(let refusal) where refusal.code == .internalError || refusal.code == .notFound: return false
        default: throw StoreFailure(.unavailable, "the hold of \(hold.request) could not be ended")
        }
    }
}

private let orphans = SQLStatement(
    """
    SELECT \(Hold.columns) FROM holds
    WHERE NOT EXISTS (SELECT 1 FROM nodes WHERE nodes.epoch = holds.epoch AND nodes.state = 'living') AND request > $2
    ORDER BY request LIMIT $1
    """)
