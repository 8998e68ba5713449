/// What a contract wrote in a transaction.
struct EventLog: Hashable, Sendable {
    /// The contract.
    let address: ChainAddress
    /// 32 bytes each: `0x` and 64 digits in lower case.
    let topics: [String]
    /// `0x` and digits, in lower case. Not looked at before it is needed: other contracts write what they like.
    let data: String
}

extension EventLog: Decodable {
    private enum Field: String, CodingKey { case address, topics, data }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Field.self)
        guard let address = ChainAddress(hexadecimal: try fields.decode(String.self, forKey: .address)) else {
            throw fields.fault(.address)
        }
        self.address = address
        topics = try fields.decode([String].self, forKey: .topics).map {
            guard let topic = Hexadecimal.hash($0) else { throw fields.fault(.topics) }
            return topic
        }
        // As with topics, the prefix may be missing.
        data = "0x" + Hexadecimal.unprefixed(try fields.decodeIfPresent(String.self, forKey: .data)?.lowercased() ?? "")
    }
}

/// A log as `eth_getLogs` finds it, with the place where it is.
struct FoundLog: Hashable, Sendable {
    let event: EventLog
    let place: TransactionPlace
    /// Its place among all logs of its block; nil where the node does not tell.
    let index: Int64?
}

/// Where a transaction is in the chain.
struct TransactionPlace: Hashable, Sendable {
    let transaction: String
    let block: Int64
    let blockHash: String
}

extension FoundLog: Decodable {
    private enum Field: String, CodingKey { case transactionHash, blockNumber, blockHash, logIndex, removed }

    init(from decoder: any Decoder) throws {
        event = try EventLog(from: decoder)
        let fields = try decoder.container(keyedBy: Field.self)
        // A log of a block that was dropped has no place among those of a range.
        guard try fields.decodeIfPresent(Bool.self, forKey: .removed) != true else { throw fields.fault(.removed) }
        place = TransactionPlace(
            transaction: try fields.hash(.transactionHash), block: try fields.block(.blockNumber), blockHash: try fields.hash(.blockHash))
        index = try fields.contains(.logIndex) ? fields.number(.logIndex) : nil
    }
}
