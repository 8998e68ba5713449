import RelayDomain
import RelayStore

/// A node's books, which end with the node, and tell whoever watches what was tried.
struct StormBook: DepositBook {
    let base: PaymentBook
    let lifeline: Lifeline
    let observer: any StormObserver
    let mutant: StormMutant?

    func hold(_ network: PaymentNetwork, on chain: ChainIdentity, startingAt start: Int64) async throws -> ScanPosition? {
        try await lifeline.step(observer)
        return try await base.hold(network, on: chain, startingAt: start)
    }

    func watched(_ network: PaymentNetwork) async throws -> [String] {
        try await lifeline.step(observer)
        return try await base.watched(network)
    }

    func advance(
        _ network: PaymentNetwork, from position: ScanPosition, to cursor: Int64, deposits: [ChainTransfer], sweeps: [ChainTransfer]
    ) async throws -> ScanPosition {
        try await lifeline.step(observer)
        let deposits = mutant == .namesTransactions ? Self.named(deposits) : deposits
        let outcome: Result<ScanPosition, any Error>
        do {
            outcome = .success(try await base.advance(network, from: position, to: cursor, deposits: deposits, sweeps: sweeps))
        } catch {
            outcome = .failure(error)
        }
        if case .failure(let error as StoreFailure) = outcome, error.kind == .unavailable, mutant == .passesOverFailures {
            // As soon as anything can be written.
            for _ in 0..<100 {
                if let position = try? await base.advance(network, from: position, to: cursor, deposits: [], sweeps: []) {
                    await observer.sawAdvance()
                    return position
                }
                try await Task.sleep(for: .milliseconds(1))
            }
        }
        await observer.sawAdvance()
        return try outcome.get()
    }

    func show(_ network: PaymentNetwork, sightings: [Sighting], head: Int64, final: Int64) async throws {
        try await lifeline.step(observer)
        try await base.show(network, sightings: sightings, head: head, final: final)
    }

    func settleDeposits(of network: PaymentNetwork) async throws -> Int {
        try await lifeline.step(observer)
        let outcome: Result<Int, any Error>
        do {
            outcome = .success(try await base.settleDeposits(of: network))
        } catch {
            outcome = .failure(error)
        }
        await observer.sawSettlement()
        return try outcome.get()
    }

    /// As if a transaction had one transfer.
    private static func named(_ deposits: [ChainTransfer]) -> [ChainTransfer] {
        var known: Set<String> = []
        return deposits.filter { known.insert($0.id.transaction).inserted }.map {
            ChainTransfer(
                id: DepositID(network: $0.id.network, transaction: $0.id.transaction, ordinal: 0), sender: $0.sender,
                recipient: $0.recipient, amount: $0.amount, block: $0.block, blockHash: $0.blockHash, at: $0.at, isDoubtful: $0.isDoubtful)
        }
    }
}
