public import RelayDomain

/// What a chain tells of one transaction.
public enum TransactionLookup: Hashable, Sendable {
    /// Its transfers of the token to our addresses, maybe none; it stays.
    case final([ChainTransfer])
    /// The same, of a transaction that may be dropped yet. Its own block counts as the first confirmation.
    case pending([ChainTransfer], confirmations: Int64)
    /// In no block. It may still come.
    case notFound
    /// It was tried and moved nothing.
    case failed
}

extension ChainWatch {
    /// Looks one transaction up, for a customer's claim or an operator's confirmation.
    /// - Parameter transaction: its hash, `0x` and 64 hexadecimal digits in lower case.
    /// - Throws: ``ScanFault`` where nothing can be said.
    public func lookUp(_ transaction: String) async throws(ScanFault) -> TransactionLookup {
        let panel = try await pool.panel()
        do {
            return try await lookUp(transaction, panel)
        } catch {
            // Anybody may ask for a transaction that is too large for every endpoint: they are none the worse.
            if case .endpoint(let failure) = error, !failure.kind.isTooMuch { await pool.failed(failure) }
            throw error
        }
    }

    private func lookUp(_ transaction: String, _ panel: Panel) async throws(ScanFault) -> TransactionLookup {
        let receipt: ChainReceipt?
        let head: ChainBlock?
        do {
            receipt = try await panel.primary.endpoint.receipt(of: transaction)
            if let receipt { head = try await panel.primary.endpoint.findBlock(.number(receipt.place.block)) } else { head = nil }
        } catch {
            throw .endpoint(error)
        }
        guard let receipt, let head, head.hash == receipt.place.blockHash else { return .notFound }
        guard receipt.place.block <= panel.final else {
            guard receipt.isSuccess else { return .failed }
            return .pending(
                try transfers(in: receipt, head, panel), confirmations: max(panel.primary.head.number - receipt.place.block + 1, 1))
        }
        let witnessed = try await panel.agreed(on: "the receipt of \(transaction)") { endpoint async throws(RPCFailure) in
            try await endpoint.receipt(of: transaction)
        }
        guard witnessed == receipt, try await block(head.number, panel) == head else {
            throw .endpoint(panel.primary.endpoint.failure(.incoherent, "two receipts of \(transaction)"))
        }
        return receipt.isSuccess ? .final(try transfers(in: receipt, head, panel)) : .failed
    }

    private func transfers(in receipt: ChainReceipt, _ head: ChainBlock, _ panel: Panel) throws(ScanFault) -> [ChainTransfer] {
        do {
            return try panel.primary.endpoint.readable { () throws(UnreadableTransfer) in
                try reading.transfers(in: receipt, at: head.at).deposits
            }
        } catch {
            throw .endpoint(error)
        }
    }
}
