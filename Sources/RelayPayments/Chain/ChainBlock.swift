public import RelayDomain

/// A block's head.
public struct ChainBlock: Hashable, Sendable {
    public let number: Int64
    /// `0x` and 64 hexadecimal digits in lower case.
    public let hash: String
    /// The block's own time.
    public let at: Timestamp

    /// No chain comes to as many blocks within ten thousand years. An endpoint that says so is lying, and would move a first scan to where no
    /// payment is ever found; below it, sums and differences of numbers fit into 64 bits.
    static let greatestNumber = Int64(1) << 40
}

extension ChainBlock: Decodable {
    private enum Field: String, CodingKey { case number, hash, timestamp }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Field.self)
        number = try fields.block(.number)
        hash = try fields.hash(.hash)
        let seconds = try fields.number(.timestamp)
        guard seconds <= Timestamp.distantFuture.milliseconds / 1_000 else { throw fields.fault(.timestamp) }
        at = Timestamp(milliseconds: seconds * 1_000)
    }
}

/// A block, and which transactions are in it.
struct BlockContent: Hashable, Sendable {
    let block: ChainBlock
    /// In their order.
    let transactions: [String]
}

extension BlockContent: Decodable {
    private enum Field: String, CodingKey { case transactions }

    init(from decoder: any Decoder) throws {
        block = try ChainBlock(from: decoder)
        let fields = try decoder.container(keyedBy: Field.self)
        transactions = try fields.decode([String].self, forKey: .transactions).map {
            guard let hash = Hexadecimal.hash($0) else { throw fields.fault(.transactions) }
            return hash
        }
    }
}

extension KeyedDecodingContainer {
    /// A quantity that fits into 63 bits.
    func number(_ key: Key) throws -> Int64 {
        guard let number = Quantity.read(try decode(String.self, forKey: key), as: Int64.self) else { throw fault(key) }
        return number
    }

    /// A block's number.
    func block(_ key: Key) throws -> Int64 {
        let number = try number(key)
        guard number <= ChainBlock.greatestNumber else { throw fault(key) }
        return number
    }

    /// 32 bytes.
    func hash(_ key: Key) throws -> String {
        guard let hash = Hexadecimal.hash(try decode(String.self, forKey: key)) else { throw fault(key) }
        return hash
    }

    func fault(_ key: Key) -> DecodingError {
        DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "another shape")
    }
}
