public import RelayDomain

extension LedgerReader {
    /// Holds that are open. At the start of a process that owns its database alone, every one of them belongs to a process that died.
    public func openHolds() async throws -> [Hold] {
        try await source.read { try $0.rows(everyHold, Hold.init(row:)) }
    }
}

extension LedgerWriter {
    /// Expires what a dead process left open: nothing is charged by guess. To be called before the first admission.
    /// - Returns: how many holds there were.
    public func expire(_ holds: [Hold], at time: Timestamp) async throws -> Int {
        for hold in holds {
            let ending = HoldEnding(request: hold.request, account: hold.account, outcome: .expire, facts: ExchangeFacts(), at: time)
            guard case .ended = await perform(.end(ending)) else {
                throw StoreFailure(.unavailable, "the hold of \(hold.request) could not be ended")
            }
        }
        return holds.count
    }
}

private let everyHold = SQLStatement("SELECT \(Hold.columns) FROM holds ORDER BY request")
