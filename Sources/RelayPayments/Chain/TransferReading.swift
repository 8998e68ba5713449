import RelayDomain

/// Whose transfers of which token are looked for.
struct TransferReading: Hashable, Sendable {
    let network: PaymentNetwork
    let contract: ChainAddress
    let addresses: Set<ChainAddress>

    /// Where the places of logs in their block begin among ordinals: they are other numbers than places in a receipt, of which none comes
    /// as far.
    static let firstIndexOrdinal = 1_000_000_000

    /// The transfers in a receipt; none where its transaction has failed.
    /// - Parameters:
    ///   - time: of the receipt's block.
    ///   - isDoubtful: whether nobody has witnessed it.
    /// - Throws: ``UnreadableTransfer``.
    func transfers(in receipt: ChainReceipt, at time: Timestamp, isDoubtful: Bool = false) throws(UnreadableTransfer) -> FoundTransfers {
        var found = FoundTransfers()
        guard receipt.isSuccess else { return found }
        for (ordinal, log) in receipt.logs.enumerated() {
            guard let event = try TransferEvent.read(log, of: contract) else { continue }
            found.add(transfer(event, ordinal, receipt.place, time, isDoubtful), event, of: addresses)
        }
        return found
    }

    /// The transfers in logs of one transaction whose receipt cannot be read. The places in it are not known, so that they are named by
    /// their places in the block, and are doubtful.
    /// - Throws: ``UnreadableTransfer``, also for a log that does not tell its place.
    func doubtfulTransfers(in logs: Set<FoundLog>, at time: Timestamp) throws(UnreadableTransfer) -> FoundTransfers {
        var found = FoundTransfers()
        for log in logs.sorted(by: { ($0.index ?? 0) < ($1.index ?? 0) }) {
            guard let event = try TransferEvent.read(log.event, of: contract) else { continue }
            guard let index = log.index, let place = Int(exactly: index), place < Self.firstIndexOrdinal else { throw UnreadableTransfer() }
            found.add(transfer(event, Self.firstIndexOrdinal + place, log.place, time, true), event, of: addresses)
        }
        return found
    }

    private func transfer(
        _ event: TransferEvent, _ ordinal: Int, _ place: TransactionPlace, _ time: Timestamp, _ isDoubtful: Bool
    ) -> ChainTransfer {
        ChainTransfer(
            id: DepositID(network: network, transaction: place.transaction, ordinal: ordinal), sender: event.sender.text(on: network),
            recipient: event.recipient.text(on: network), amount: event.amount, block: place.block, blockHash: place.blockHash, at: time,
            isDoubtful: isDoubtful)
    }
}
