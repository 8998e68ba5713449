public import RelayDomain

/// What our addresses hold after a block.
public struct BalanceReading: Hashable, Sendable {
    public let block: Int64
    /// By the address's canonical form.
    public let balances: [String: TokenAmount]

    /// All of them. An endpoint may tell any number: the sum stops at the greatest amount.
    public var total: TokenAmount { balances.values.reduce(.zero) { $0.adding($1) } }
}

extension ChainWatch {
    private static let readings = 5

    /// Reads the balances after a final block, for the comparison with what the books say of it.
    ///
    /// TRON's nodes tell balances of their newest block alone. There, what came and went since is taken off again, where the newest block
    /// stayed the same during the reading.
    /// - Throws: ``ScanFault``; also where a node keeps no state of that block any more.
    public func balances(after block: Int64) async throws(ScanFault) -> BalanceReading {
        let panel = try await pool.panel()
        let endpoint = panel.primary.endpoint
        do {
            return BalanceReading(block: block, balances: try await balances(of: endpoint, at: .number(block)))
        } catch  where error.kind == .unsupported {
            return try await balancesTakenBack(to: block, panel)
        } catch {
            await pool.failed(error)
            throw .endpoint(error)
        }
    }

    private func balances(of endpoint: RPCEndpoint, at tag: BlockTag) async throws(RPCFailure) -> [String: TokenAmount] {
        var balances: [String: TokenAmount] = [:]
        for address in addresses {
            balances[address.text(on: watched.network)] = try await endpoint.balance(of: address, contract: watched.contract, at: tag)
        }
        return balances
    }

    private func balancesTakenBack(to block: Int64, _ panel: Panel) async throws(ScanFault) -> BalanceReading {
        let endpoint = panel.primary.endpoint
        do {
            for _ in 0..<Self.readings {
                if let balances = try await balancesTakenBack(to: block, endpoint) {
                    return BalanceReading(block: block, balances: balances)
                }
            }
        } catch {
            throw .endpoint(error)
        }
        throw .endpoint(endpoint.failure(.incoherent, "blocks come faster than balances can be read"))
    }

    /// - Returns: nil where a block came meanwhile.
    private func balancesTakenBack(to block: Int64, _ endpoint: RPCEndpoint) async throws(RPCFailure) -> [String: TokenAmount]? {
        let head = try await endpoint.block(.latest)
        var balances = try await balances(of: endpoint, at: .latest)
        let since = head.number > block ? try await transfersTold(by: endpoint, in: block + 1...head.number) : FoundTransfers()
        guard try await endpoint.block(.latest) == head else { return nil }
        guard balances.takeBack(since) else { throw endpoint.failure(.incoherent, "balances and transfers") }
        return balances
    }

    /// What one endpoint tells of blocks that need not be final.
    private func transfersTold(by endpoint: RPCEndpoint, in blocks: ClosedRange<Int64>) async throws(RPCFailure) -> FoundTransfers {
        var transactions: Set<String> = []
        for query in LogQuery.all(of: watched.contract, addresses: addresses, in: blocks) {
            transactions.formUnion(try await endpoint.logs(query).map(\.place.transaction))
        }
        var found = FoundTransfers()
        for transaction in transactions {
            guard let receipt = try await endpoint.receipt(of: transaction) else {
                throw endpoint.failure(.incoherent, "a log without receipt")
            }
            found += try endpoint.readable { () throws(UnreadableTransfer) in
                try reading.transfers(in: receipt, at: Timestamp(milliseconds: 0))
            }
        }
        return found
    }
}

extension [String: TokenAmount] {
    /// - Returns: false where more came in than is there: the two were told of different moments.
    fileprivate mutating func takeBack(_ transfers: FoundTransfers) -> Bool {
        for sweep in transfers.sweeps { self[sweep.sender, default: .zero] = self[sweep.sender, default: .zero].adding(sweep.amount) }
        for deposit in transfers.deposits {
            let held = self[deposit.recipient, default: .zero].units
            guard held >= deposit.amount.units else { return false }
            self[deposit.recipient] = TokenAmount(units: held - deposit.amount.units)
        }
        return true
    }
}
