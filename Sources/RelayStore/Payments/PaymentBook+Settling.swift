public import RelayDomain

extension PaymentBook {
    public func settleDeposits(of network: PaymentNetwork) async throws -> Int {
        var count = 0
        for id in try await reader.newDeposits(of: network) where !Task.isCancelled {
            if try await settle(id) { count += 1 }
        }
        return count
    }

    /// Matches on a snapshot, and lets the ledger decide again on what it has locked. One after the other: which of two payments was first
    /// is of interest to the second one.
    /// - Returns: whether it was dealt with.
    private func settle(_ id: DepositID) async throws -> Bool {
        guard let (deposit, candidates) = try await reader.match(id) else { return false }
        let order = DepositMatching.order(for: deposit.transfer, among: candidates)
        switch await writer.perform(
            .settleDeposit(DepositSettlement(deposit: id, order: order, confirmed: candidates.confirmed, at: now())))
        {
        // What was overtaken by something else is looked at again next time.
        case .deposit(let deposit): return deposit.state != .new
        // What the books refuse to write, which the log says, hinders no other.
        case .refused(let refusal) where refusal.code == .internalError || refusal.code == .notFound: return false
        default: throw StoreFailure(.unavailable, "the deposit \(id) could not be settled")
        }
    }
}

extension LedgerReader {
    /// Those that nobody has looked at, in the order of the chain. The rest of very many comes with the next look.
    func newDeposits(of network: PaymentNetwork, limit: Int = 1_000) async throws -> [DepositID] {
        try await source.read { session in
            try session.rows(
                Statements.new,
                bind: {
                    $0.append(network)
                    $0.append(Int64(limit))
                }, { try $0.deposit(0) })
        }
    }

    /// A deposit that nobody has looked at, and the orders that it may be for; nil where somebody has.
    func match(_ id: DepositID) async throws -> (Deposit, DepositMatching.Candidates)? {
        try await source.read { session in
            guard let deposit = try session.rows(Statements.deposit, bind: { $0.append(id) }, Deposit.init(row:)).first,
                deposit.state == .new
            else { return nil }
            return (deposit, try candidates(for: deposit.transfer, on: session))
        }
    }

    private func candidates(for transfer: ChainTransfer, on session: any SQLSession) throws -> DepositMatching.Candidates {
        let latestCreation = transfer.at.adding(milliseconds: DepositMatching.clockToleranceMilliseconds)
        func owner(_ transfer: ChainTransfer) throws -> RechargeOrder? {
            try session.rows(
                Statements.owner,
                bind: {
                    $0.append(transfer.slot)
                    $0.append(transfer.at.adding(milliseconds: DepositMatching.clockToleranceMilliseconds))
                }, RechargeOrder.init(row:)
            ).first
        }
        var candidates = DepositMatching.Candidates()
        candidates.confirmed =
            try session.rows(Statements.confirmed, bind: { $0.append(transfer.id.transaction) }, RechargeOrder.init(row:)).first
        candidates.owner = try owner(transfer)
        candidates.open = try session.rows(
            Statements.open,
            bind: {
                $0.append(transfer.id.network)
                $0.append(transfer.recipient)
                $0.append(transfer.at)
                $0.append(latestCreation)
            }, RechargeOrder.init(row:))
        guard let confirmed = candidates.confirmed else { return candidates }
        candidates.siblings = try session.rows(
            Statements.siblings,
            bind: {
                $0.append(transfer.id.transaction)
                $0.append(transfer.id)
            }, { try Deposit(row: $0).transfer }
        ).filter { sibling in
            guard let owner = try owner(sibling), owner.id != confirmed.id else { return true }
            if case .credit = DepositMatching.outcome(of: sibling, for: owner) { return false }
            return true
        }
        return candidates
    }
}

private enum Statements {
    static let new = SQLStatement("SELECT id FROM deposits WHERE network = $1 AND state = 'new' ORDER BY block, id LIMIT $2")
    static let deposit = SQLStatement("SELECT \(Deposit.columns) FROM deposits WHERE id = $1")
    static let confirmed = SQLStatement(
        "SELECT \(RechargeOrder.columns) FROM orders WHERE payment = $1 AND deposit IS NULL AND credited_at IS NOT NULL")
    static let owner = SQLStatement(
        """
        SELECT \(RechargeOrder.columns) FROM orders WHERE network = $1 AND address = $2 AND amount = $3 AND created_at <= $4
        ORDER BY created_at DESC LIMIT 1
        """)
    static let open = SQLStatement(
        """
        SELECT \(RechargeOrder.columns) FROM orders
        WHERE network = $1 AND address = $2 AND grace_until >= $3 AND created_at <= $4 AND state = 'waiting' LIMIT 2
        """)
    static let siblings = SQLStatement(
        "SELECT \(Deposit.columns) FROM deposits WHERE transaction_hash = $1 AND id <> $2 AND state IN ('new', 'review')")
}
