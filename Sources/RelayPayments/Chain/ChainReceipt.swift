/// What came of a transaction.
struct ChainReceipt: Hashable, Sendable {
    let place: TransactionPlace
    /// A failed transaction moved nothing, whatever logs are shown for it.
    let isSuccess: Bool
    /// In the order in which they were written: a log's place here is its name, whichever block the transaction ends up in.
    let logs: [EventLog]
}

extension ChainReceipt: Decodable {
    private enum Field: String, CodingKey { case transactionHash, blockNumber, blockHash, status, logs }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Field.self)
        place = TransactionPlace(
            transaction: try fields.hash(.transactionHash), block: try fields.block(.blockNumber), blockHash: try fields.hash(.blockHash))
        let status = try fields.number(.status)
        guard status == 0 || status == 1 else { throw fields.fault(.status) }
        isSuccess = status == 1
        logs = try fields.decode([EventLog].self, forKey: .logs)
    }
}
