/// Which logs are looked for. Always those of one contract: a node refuses or throttles who asks for every contract's.
struct LogQuery: Hashable, Sendable {
    enum Direction: Hashable, Sendable, CaseIterable {
        case incoming
        case outgoing
    }

    let contract: ChainAddress
    let direction: Direction
    let addresses: [ChainAddress]
    let blocks: ClosedRange<Int64>

    var parameter: RPCParameter {
        let ours = RPCParameter.array(addresses.map { .text("0x" + $0.word) })
        return [
            "address": .text(contract.hexadecimal),
            "fromBlock": .text(Quantity.text(blocks.lowerBound)),
            "toBlock": .text(Quantity.text(blocks.upperBound)),
            "topics": .array(direction == .incoming ? [.text(TransferEvent.topic), .null, ours] : [.text(TransferEvent.topic), ours]),
        ]
    }

    /// The queries that find every transfer of these addresses.
    static func all(of contract: ChainAddress, addresses: [ChainAddress], in blocks: ClosedRange<Int64>) -> [LogQuery] {
        stride(from: 0, to: addresses.count, by: RPCLimits.filterAddresses).flatMap { start in
            let chunk = Array(addresses[start..<min(start + RPCLimits.filterAddresses, addresses.count)])
            return Direction.allCases.map { LogQuery(contract: contract, direction: $0, addresses: chunk, blocks: blocks) }
        }
    }
}
