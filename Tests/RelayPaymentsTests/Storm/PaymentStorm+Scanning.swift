import RelayDomain
import RelayPayments
import RelayStore
import RelayTestKit

/// Scanners that look, are interrupted, die and come back; and what they have written, beside what the chain has.
extension PaymentStorm {
    func scan() async throws {
        if chance(70) { clock.moveUptime(milliseconds: 60_000) }
        let index = Int.random(in: 0..<max(nodes.count, 1), using: &random)
        if nodes[index] == nil { try revive(index) }
        let isInterrupted = chance(35)
        let seed = random.next()
        let step = Int.random(in: 1...30, using: &random)
        let dies = !isInterrupted && chance(20)
        let dying = Int.random(in: 1...40, using: &random)
        nodes[index]!.lifeline.arm(
            deathAt: dies ? dying : nil, interruption: isInterrupted ? Lifeline.Interruption(step: step, seed: seed) : nil,
            faults: chance(35) ? writeFaults(mayDie: !isInterrupted) : [])
        try await look(index)
        if nodes[index]?.lifeline.isDead ?? false {
            note("node \(index) is dead")
            await bury(index)
            // It is back at once, or there is a gap.
            if chance(60) { try revive(index) }
        }
    }

    /// Another node looks while one is in the midst of it.
    func scanElsewhere() async throws {
        guard let index = nodes.keys.sorted().first(where: { !scanning.contains($0) && !nodes[$0]!.lifeline.isDead }) else {
            return try pay()
        }
        count("overtaken")
        try await look(index)
    }

    private func look(_ index: Int) async throws {
        let node = nodes[index]!
        scanning.insert(index)
        let outcome = await node.scanner.step()
        scanning.remove(index)
        node.lifeline.disarm()
        note("node \(index) looks: \(outcome)")
        switch outcome {
        case .caughtUp(let cursor):
            count("caught up")
            if chance(10) { await node.comparison.look(at: cursor) }
        case .behind: count("behind")
        case .standingBy: count("stood by")
        case .failed(.disagreement): count("disagreement")
        case .failed: count("look failed")
        case .otherChain: throw failed("another chain")
        case .booksFailed: count("books failed")
        }
        if let failure { throw failure }
    }

    func writeFaults(mayDie: Bool) -> [StormFault] {
        let before = [StormFault](repeating: .nothing, count: .random(in: 0...4, using: &random))
        return before
            + (0..<Int.random(in: 1...3, using: &random)).map { _ in
                switch Int.random(in: 0..<(mayDie ? 9 : 7), using: &random) {
                case 0: .refused
                case 1...2: .atStatement(.random(in: 0...6, using: &random))
                case 3: .atCommit
                case 4...5: .replyLost
                case 6: .commitLost
                case 7: .diesBefore
                default: .diesAfter
                }
            }
    }

    // MARK: What is written

    func sawAdvance() async { await check { try await takeIn() } }

    /// Whatever the books say they hold, the chain has as final, and nothing is missing up to where they are.
    private func takeIn() async throws {
        let cursor = try await status().cursor ?? 0
        guard cursor >= scannedTo else { throw failed("the cursor went back from \(scannedTo) to \(cursor)") }
        guard cursor > scannedTo, start > 0 else { return }
        let final = try chain.state().final
        guard cursor <= final else { throw failed("the books are at block \(cursor), and the chain is final up to \(final)") }
        for move in try chain.moves(in: scannedTo + 1...cursor) where move.units > 0 {
            if let transfer = incoming(move) {
                cameIn[transfer.id] = transfer
                model.find(transfer, minimum: Self.minimum)
            } else if addresses.contains(move.sender), !addresses.contains(move.recipient) {
                wentOut[transfer(move).id] = transfer(move)
            }
        }
        scannedTo = cursor
        let new = Set(try await reader.deposits(in: .new, limit: 9_999, after: nil).items.map(\.transfer))
        let expected = Set(model.deposits.values.filter { $0.state == .new }.map(\.transfer))
        guard new == expected else {
            throw failed(
                "up to block \(cursor) the books have \(new.subtracting(expected)) beyond the chain, \(expected.subtracting(new)) less")
        }
    }

    func sawSettlement() async {
        await check {
            let new = Set(try await reader.deposits(in: .new, limit: 9_999, after: nil).items.map(\.id))
            model.settle { !new.contains($0) }
        }
    }

    func status() async throws -> NetworkStatus {
        guard let status = try await reader.networks().first(where: { $0.network == Self.network }) else {
            throw failed("the network is not in the books")
        }
        return status
    }

    /// - Returns: nil for a move that pays us nothing.
    func incoming(_ move: TestChain.Move) -> ChainTransfer? {
        guard move.units > 0, addresses.contains(move.recipient), !addresses.contains(move.sender) else { return nil }
        return transfer(move)
    }

    private func transfer(_ move: TestChain.Move) -> ChainTransfer {
        ChainTransfer(
            id: DepositID(network: Self.network, transaction: move.transaction, ordinal: move.ordinal), sender: move.sender,
            recipient: move.recipient, amount: TokenAmount(units: UInt128(move.units)), block: move.block, blockHash: move.blockHash,
            at: Timestamp(milliseconds: move.timestamp * 1_000))
    }
}
