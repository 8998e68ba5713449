import RelayDomain
import RelayStore

extension ChainWatch {
    /// As much as is shown; what is behind is found when it is final.
    private static let greatestCount = 100
    private static let greatestBlocks: Int64 = 1_000

    /// Payments in blocks that are not final yet, as one endpoint tells them. They may never come to be.
    /// - Parameter cursor: what is before it is in the books.
    func sightings(after cursor: Int64, _ panel: Panel) async throws(RPCFailure) -> [Sighting] {
        let endpoint = panel.primary.endpoint
        let head = panel.primary.head.number
        guard head > cursor else { return [] }
        let blocks = max(cursor + 1, head - Self.greatestBlocks + 1)...head
        var places: Set<TransactionPlace> = []
        for query in LogQuery.all(of: watched.contract, addresses: addresses, in: blocks) where query.direction == .incoming {
            places.formUnion(try await endpoint.logs(query).map(\.place))
        }
        var sightings: [Sighting] = []
        for place in places.sorted(by: { ($0.block, $0.transaction) < ($1.block, $1.transaction) }).suffix(Self.greatestCount) {
            // A block may be dropped between two questions.
            guard let receipt = try await smallReceipt(of: place.transaction, endpoint), receipt.place == place,
                let block = try await endpoint.findBlock(.number(place.block)), block.hash == place.blockHash
            else { continue }
            let found = try endpoint.readable { () throws(UnreadableTransfer) in try reading.transfers(in: receipt, at: block.at) }
            sightings += found.deposits.map { Sighting(transfer: $0, head: head) }
        }
        return sightings
    }

    /// - Returns: nil also for one that is too large: it hides no other payment.
    private func smallReceipt(of transaction: String, _ endpoint: RPCEndpoint) async throws(RPCFailure) -> ChainReceipt? {
        do {
            return try await endpoint.receipt(of: transaction)
        } catch {
            guard error.kind == .tooLarge else { throw error }
            return nil
        }
    }
}
