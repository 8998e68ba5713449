import RelayDomain

extension ChainWatch {
    /// Every transfer of the token to or from our addresses in these blocks, which both endpoints call final.
    ///
    /// A transfer is taken from its transaction's receipt, whose block has to be the one that the chain has at that height. One whose
    /// receipt is too large to be read is taken from elsewhere, and is doubtful.
    /// - Parameter meanwhile: called before every question; what it throws ends the search.
    /// - Throws: ``ScanFault``; nothing was found then, and nothing may be concluded.
    func transfers(in blocks: ClosedRange<Int64>, _ panel: Panel, meanwhile: @Sendable () async throws -> Void) async throws
        -> FoundTransfers
    {
        do {
            return try await transfersByLogs(in: blocks, panel, meanwhile: meanwhile)
        } catch ScanFault.endpoint(let failure) where failure.kind.isTooMuch && blocks.count == 1 {
            return try await transfersByTransactions(of: blocks.lowerBound, panel, meanwhile: meanwhile)
        }
    }

    private func transfersByLogs(
        in blocks: ClosedRange<Int64>, _ panel: Panel, meanwhile: @Sendable () async throws -> Void
    ) async throws -> FoundTransfers {
        var places: Set<TransactionPlace> = []
        for query in LogQuery.all(of: watched.contract, addresses: addresses, in: blocks) {
            try await meanwhile()
            places.formUnion(
                try await panel.agreed(on: "the transfers of blocks \(blocks.lowerBound) to \(blocks.upperBound)") {
                    endpoint async throws(RPCFailure) in Set(try await endpoint.logs(query).map(\.place))
                })
        }
        var found = FoundTransfers()
        var heads: [Int64: ChainBlock] = [:]
        for place in places.sorted(by: { ($0.block, $0.transaction) < ($1.block, $1.transaction) }) {
            try await meanwhile()
            let head: ChainBlock
            if let known = heads[place.block] { head = known } else { head = try await block(place.block, panel) }
            heads[place.block] = head
            found += try await transfers(at: place, head, panel)
        }
        // Asked last: who does not have the span's last block now had no logs of it before.
        _ = try await block(blocks.upperBound, panel)
        return found
    }

    /// A block of which an endpoint does not give the logs, because somebody has filled it with payments to us: each of its receipts is
    /// read. A transaction of which nothing can be read is passed over, and somebody is called.
    private func transfersByTransactions(
        of number: Int64, _ panel: Panel, meanwhile: @Sendable () async throws -> Void
    ) async throws -> FoundTransfers {
        let content = try await panel.agreed(on: "the transactions of block \(number)") { endpoint async throws(RPCFailure) in
            try await endpoint.content(of: number)
        }
        var found = FoundTransfers()
        for transaction in content.transactions {
            try await meanwhile()
            let place = TransactionPlace(transaction: transaction, block: number, blockHash: content.block.hash)
            switch try await receipt(at: place, panel) {
            case .agreed(let receipt): found += try transfers(in: receipt, content.block.at, panel, isDoubtful: false)
            case .unwitnessed(let receipt):
                let transfers = try transfers(in: receipt, content.block.at, panel, isDoubtful: true)
                if !transfers.isEmpty { doubts.add(place, "its receipt is too large for an endpoint") }
                found += transfers
            case .tooLarge: doubts.add(place, "its receipt is too large, and so are its block's logs: payments in it are in no book")
            }
        }
        return found
    }

    /// The transfers of a transaction that logs place in a final block.
    private func transfers(at place: TransactionPlace, _ head: ChainBlock, _ panel: Panel) async throws(ScanFault) -> FoundTransfers {
        guard head.hash == place.blockHash else { throw .endpoint(incoherent(place, panel.primary.endpoint)) }
        if !doubts.contains(place.transaction), case .agreed(let receipt) = try await receipt(at: place, panel) {
            return try transfers(in: receipt, head.at, panel, isDoubtful: false)
        }
        doubts.add(place, "its receipt is too large: what its logs tell is for the operator to decide")
        return try await transfersByLogs(at: place, head.at, panel)
    }

    private func receipt(at place: TransactionPlace, _ panel: Panel) async throws(ScanFault) -> Reading<ChainReceipt> {
        try await panel.reading(of: "the receipt of \(place.transaction)") { endpoint async throws(RPCFailure) in
            guard let receipt = try await endpoint.receipt(of: place.transaction), receipt.place == place else {
                throw self.incoherent(place, endpoint)
            }
            return receipt
        }
    }

    private func transfers(
        in receipt: ChainReceipt, _ time: Timestamp, _ panel: Panel, isDoubtful: Bool
    ) throws(ScanFault) -> FoundTransfers {
        try readable(panel) { () throws(UnreadableTransfer) in try reading.transfers(in: receipt, at: time, isDoubtful: isDoubtful) }
    }

    /// What the logs of its block tell of a transaction whose receipt cannot be read.
    private func transfersByLogs(at place: TransactionPlace, _ time: Timestamp, _ panel: Panel) async throws(ScanFault) -> FoundTransfers {
        var logs: Set<FoundLog> = []
        for query in LogQuery.all(of: watched.contract, addresses: addresses, in: place.block...place.block) {
            logs.formUnion(
                try await panel.agreed(on: "the logs of \(place.transaction)") { endpoint async throws(RPCFailure) in
                    Set(try await endpoint.logs(query).filter { $0.place == place })
                })
        }
        return try readable(panel) { () throws(UnreadableTransfer) in try reading.doubtfulTransfers(in: logs, at: time) }
    }

    private func readable(_ panel: Panel, _ read: () throws(UnreadableTransfer) -> FoundTransfers) throws(ScanFault) -> FoundTransfers {
        do {
            return try panel.primary.endpoint.readable(read)
        } catch {
            throw .endpoint(error)
        }
    }

    private func incoherent(_ place: TransactionPlace, _ endpoint: RPCEndpoint) -> RPCFailure {
        endpoint.failure(.incoherent, "logs, receipt and block of \(place.transaction)")
    }
}
