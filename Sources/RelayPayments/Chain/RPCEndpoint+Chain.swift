import RelayDomain

/// Which block is meant.
enum BlockTag: Hashable, Sendable {
    case latest
    case finalized
    case number(Int64)

    var text: String {
        switch self {
        case .latest: "latest"
        case .finalized: "finalized"
        case .number(let number): Quantity.text(number)
        }
    }
}

/// The questions that are asked of a chain.
extension RPCEndpoint {
    func chainID() async throws(RPCFailure) -> UInt64 {
        guard let id = Quantity.read(try await call("eth_chainId", [], as: String.self), as: UInt64.self) else {
            throw failure(.malformed, "a chain id of another shape")
        }
        return id
    }

    /// - Returns: nil for a block that the node does not have.
    func findBlock(_ tag: BlockTag) async throws(RPCFailure) -> ChainBlock? {
        guard let block = try await ask("eth_getBlockByNumber", [.text(tag.text), .bool(false)], as: ChainBlock.self) else { return nil }
        if case .number(let number) = tag, block.number != number { throw failure(.malformed, "another block than was asked for") }
        return block
    }

    func block(_ tag: BlockTag) async throws(RPCFailure) -> ChainBlock {
        guard let block = try await findBlock(tag) else { throw failure(.malformed, "null for a block") }
        return block
    }

    func content(of number: Int64) async throws(RPCFailure) -> BlockContent {
        let content = try await call("eth_getBlockByNumber", [.text(Quantity.text(number)), .bool(false)], as: BlockContent.self)
        guard content.block.number == number else { throw failure(.malformed, "another block than was asked for") }
        return content
    }

    /// The transfers that a query finds; what else the node sends is left out.
    func logs(_ query: LogQuery) async throws(RPCFailure) -> [FoundLog] {
        let logs = try await call("eth_getLogs", [query.parameter], as: [FoundLog].self)
        guard logs.allSatisfy({ query.blocks.contains($0.place.block) }) else { throw failure(.malformed, "logs of other blocks") }
        let addresses = Set(query.addresses)
        var found: [FoundLog] = []
        for log in logs {
            guard let event = try readable({ () throws(UnreadableTransfer) in try TransferEvent.read(log.event, of: query.contract) })
            else {
                continue
            }
            if addresses.contains(query.direction == .incoming ? event.recipient : event.sender) { found.append(log) }
        }
        return found
    }

    /// - Parameter transaction: in the canonical form.
    /// - Returns: nil for a transaction that is in no block that the node has.
    func receipt(of transaction: String) async throws(RPCFailure) -> ChainReceipt? {
        guard let receipt = try await ask("eth_getTransactionReceipt", [.text(transaction)], as: ChainReceipt.self) else { return nil }
        guard receipt.place.transaction == transaction else { throw failure(.malformed, "another receipt than was asked for") }
        return receipt
    }

    /// - Parameter read: reads what this endpoint told.
    func readable<Value>(_ read: () throws(UnreadableTransfer) -> Value) throws(RPCFailure) -> Value {
        do {
            return try read()
        } catch {
            throw failure(.malformed, "a transfer of the token that cannot be read")
        }
    }

    func decimals(of contract: ChainAddress) async throws(RPCFailure) -> Int {
        guard let decimals = try await word("0x313ce567", of: contract, at: .latest), decimals < 256 else {
            throw failure(.wrongChain, "the contract tells no decimals")
        }
        return Int(decimals)
    }

    func balance(of address: ChainAddress, contract: ChainAddress, at tag: BlockTag) async throws(RPCFailure) -> TokenAmount {
        guard let units = try await word("0x70a08231" + address.word, of: contract, at: tag) else {
            throw failure(.malformed, "a balance of another shape")
        }
        return TokenAmount(units: units)
    }

    /// Calls a function that changes nothing and answers one word.
    /// - Parameter data: the function's selector and its arguments.
    /// - Returns: nil where the contract, or what is at its address, answers anything else.
    private func word(_ data: String, of contract: ChainAddress, at tag: BlockTag) async throws(RPCFailure) -> UInt128? {
        let call: RPCParameter = ["to": .text(contract.hexadecimal), "data": .text(data)]
        return Word.number(try await self.call("eth_call", [call, .text(tag.text)], as: String.self))
    }
}
