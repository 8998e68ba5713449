import RelayDomain

/// A transfer of the token, read from a log of its contract (ERC-20, which TRC-20 follows).
///
/// Logs are read and not what a transaction called: exchanges pay out by contracts that pay many at once.
struct TransferEvent: Hashable, Sendable {
    let sender: ChainAddress
    let recipient: ChainAddress
    let amount: TokenAmount

    /// Keccak-256 of `Transfer(address,address,uint256)`.
    static let topic = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"

    /// - Returns: nil for a log that is no transfer of this token: of another contract, another event, another count of topics (a token
    ///   that cannot be divided has four), or nothing transferred.
    /// - Throws: ``UnreadableTransfer`` for one that says to be a transfer of this token and cannot be read. The contract writes no such log:
    ///   passing over it would lose a payment for good.
    static func read(_ log: EventLog, of contract: ChainAddress) throws(UnreadableTransfer) -> TransferEvent? {
        guard log.address == contract, log.topics.count == 3, log.topics[0] == topic else { return nil }
        guard let sender = Hexadecimal.bytes(log.topics[1]).flatMap({ ChainAddress(word: $0) }),
            let recipient = Hexadecimal.bytes(log.topics[2]).flatMap({ ChainAddress(word: $0) }), let units = Word.number(log.data)
        else { throw UnreadableTransfer() }
        guard units > 0 else { return nil }
        return TransferEvent(sender: sender, recipient: recipient, amount: TokenAmount(units: units))
    }
}

/// A log of the token's contract that is called a transfer and is none.
struct UnreadableTransfer: Error, Hashable, Sendable {}

/// The token's transfers that come to, or leave, the operator's addresses.
struct FoundTransfers: Hashable, Sendable {
    var deposits: [ChainTransfer] = []
    var sweeps: [ChainTransfer] = []

    var isEmpty: Bool { deposits.isEmpty && sweeps.isEmpty }

    /// Puts a transfer where it belongs. One between two of our own addresses is neither: it pays for nothing, and what they hold together
    /// stays as it is.
    mutating func add(_ transfer: ChainTransfer, _ event: TransferEvent, of addresses: Set<ChainAddress>) {
        switch (addresses.contains(event.sender), addresses.contains(event.recipient)) {
        case (false, true): deposits.append(transfer)
        case (true, false): sweeps.append(transfer)
        default: break
        }
    }

    static func += (a: inout FoundTransfers, b: FoundTransfers) {
        a.deposits += b.deposits
        a.sweeps += b.sweeps
    }
}
