import AsyncHTTPClient
import Foundation
import RelayDomain
import RelayPayments
import RelayStore
import RelayTestKit

/// What was found to be wrong, with what repeats it.
struct StormFailure: Error, CustomStringConvertible {
    let seed: UInt64
    let message: String
    let events: [String]

    var description: String {
        "seed \(seed): \(message)\nrepeat it with: make storm SEED=\(seed)\nthe last events:\n" + events.map { "  \($0)\n" }.joined()
    }
}

/// Orders, transfers, claims, decisions, faults and restarts in random order: real scanners, writers and books, over a real chain; and beside
/// them a ``PaymentModel``, which is told what happens and what the chain itself has.
///
/// One thing happens after the other, also within a scanner's step: before any question to an endpoint, and any call of the books, something
/// else may happen, or the node may end. So a seed repeats a storm, but for what the threads of a failing writer are about.
actor PaymentStorm: StormObserver {
    static let network = PaymentNetwork.polygon
    static let accounts: ClosedRange<UInt64> = 1...6
    static let openLimit = 6
    /// Blocks behind the newest one that are final.
    static let final = 5
    /// A transfer of less is dust: a hundredth of a token.
    static let minimum = TokenAmount(units: 10_000)
    private static let keptEvents = 30
    private static let isTraced = ProcessInfo.processInfo.environment["NEXRELAY_STORM_TRACE"] != nil

    let seed: UInt64
    var random: SeededGenerator
    let chain: TestChain
    let chainState: TestChain.State
    let clock = StormClock()
    let books: StormBooks
    let reader: LedgerReader
    /// Of which one can pay out.
    let addresses: [String]
    let ledger = Ledger(
        catalogue: Catalogue(models: Catalogue.builtInModels, plans: Catalogue.builtInPlans + [.boundless], servedModels: ["gpt-5.2"]))
    private let nodeCount: Int
    private let mutant: StormMutant?
    private let http: HTTPClient
    var nodes: [Int: StormNode] = [:]
    /// Nodes in the midst of a look.
    var scanning: Set<Int> = []
    var model: PaymentModel
    /// Every final move of the token to, and from, our addresses, up to ``scannedTo``: as the chain has them.
    var cameIn: [DepositID: ChainTransfer] = [:]
    var wentOut: [DepositID: ChainTransfer] = [:]
    var start: Int64 = 0
    var scannedTo: Int64 = 0
    var nextOrder: UInt64 = 1
    /// Transactions that were sent, whatever became of them.
    var sent: [String] = []
    var faults: [Int: TestChain.Fault] = [:]
    private(set) var counts: [String: Int] = [:]
    private(set) var failure: StormFailure?
    private(set) var events: [String] = []

    /// - Parameters:
    ///   - chain: on which nothing else happens meanwhile.
    ///   - nodes: one, or several that share the books.
    init(
        _ seed: UInt64, on kind: StormBooks.Kind, nodes: Int, chain: TestChain, http: HTTPClient, mutant: StormMutant? = nil
    ) throws {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        self.chain = chain
        self.http = http
        self.mutant = mutant
        nodeCount = nodes
        chainState = try chain.state()
        books = try StormBooks(kind)
        reader = LedgerReader(source: books.store)
        let digits = String(UInt32(truncatingIfNeeded: seed &* 0x9E37_79B9), radix: 16)
        addresses =
            (1...3).map { "0x" + String(repeating: "0", count: 32 - digits.count) + "a\($0)" + "0000" + digits + "ff" }
            + [chainState.accounts[7]]
        model = PaymentModel(accounts: Self.accounts, posted: Credits(1))
        model.openLimit = Self.openLimit
        clock.reach(chainState.timestamp * 1_000 + 1_000)
    }

    /// Until so many orders were made, everything has come to rest, and the arithmetic is done.
    /// - Throws: ``StormFailure``.
    func run(orders: Int) async throws {
        do {
            try await begin()
            var step = 0
            while nextOrder <= orders {
                try await event()
                step += 1
                if step % 20 == 0 { try await compare() }
                if let failure { throw failure }
            }
            try await rest()
            try await account()
        } catch {
            await end()
            throw self.failure ?? failure(of: error)
        }
        await end()
    }

    private func begin() async throws {
        for index in 0..<nodeCount { try revive(index) }
        for account in Self.accounts { try await open(account) }
        try chain.mine(Self.final + 1)
        try refresh()
        let outcome = await nodes[0]!.scanner.step()
        guard case .caughtUp(let cursor) = outcome else { throw failed("the first look: \(outcome)") }
        (start, scannedTo) = (cursor, cursor)
        await nodes[0]!.comparison.look(at: cursor)
    }

    private func end() async {
        for node in nodes.values { await node.end() }
        nodes = [:]
        for endpoint in chain.ports.indices { try? chain.set(.none, of: endpoint) }
        try? books.close()
    }

    func revive(_ index: Int) throws {
        let network = WatchedNetwork(
            network: Self.network, contract: ChainAddress(chainState.token, on: Self.network)!, decimals: 6, chainID: TestChain.chainID,
            addresses: addresses.map { ChainAddress($0, on: Self.network)! }, confirmations: Int64(Self.final), depth: 12,
            greatestAge: .seconds(3_000))
        nodes[index] = try StormNode(
            "node \(index)",
            in: StormNode.World(
                network: network, urls: chain.urls, http: http, clock: clock, ledger: ledger, books: books, isShared: nodeCount > 1,
                mutant: mutant), observer: self)
    }

    func bury(_ index: Int) async {
        guard let node = nodes.removeValue(forKey: index) else { return }
        count("node died")
        await node.end()
    }

    /// The time goes on with the chain's.
    func refresh() throws { clock.reach(try chain.state().timestamp * 1_000) }

    private func event() async throws {
        switch Int.random(in: 0..<100, using: &random) {
        case ..<22: try await place()
        case ..<46: try pay()
        case ..<64: try await scan()
        case ..<69: try mine()
        case ..<74: try breakEndpoint()
        case ..<79: try healEndpoints()
        case ..<83: try reorganise()
        case ..<87: try moveClock()
        case ..<91: try await claim()
        case ..<94: try await confirm()
        case ..<96: try await cancel()
        default: try await decide()
        }
    }

    /// Something else happens in the midst of a node's look.
    func interrupt(_ seed: UInt64) async {
        guard failure == nil else { return }
        let outside = random
        random = SeededGenerator(seed: seed)
        defer { random = outside }
        note("in the midst of a look")
        do {
            switch Int.random(in: 0..<100, using: &random) {
            case ..<25: try reorganise()
            case ..<40: try pay()
            case ..<50: try await scanElsewhere()
            case ..<58: try await claim()
            case ..<66: try await confirm()
            case ..<74: try await cancel()
            case ..<80: try await decide()
            case ..<86: try breakEndpoint()
            case ..<90: try moveClock()
            case ..<95: try mine()
            default: try await place()
            }
        } catch {
            failure = failure ?? failure(of: error)
        }
    }

    // MARK: Words

    func note(_ event: String) {
        if Self.isTraced { print("storm: \(event)") }
        events.append(event)
        if events.count > Self.keptEvents { events.removeFirst() }
    }

    func count(_ word: String) { counts[word, default: 0] += 1 }
    func chance(_ percent: Int) -> Bool { .random(in: 0..<100, using: &random) < percent }

    func failed(_ message: String) -> StormFailure { StormFailure(seed: seed, message: message, events: events) }

    private func failure(of error: any Error) -> StormFailure { error as? StormFailure ?? failed("\(error)") }

    /// Where a scanner is watched nothing can be thrown: it is found when its step has ended.
    func check(_ body: () async throws -> Void) async {
        guard failure == nil else { return }
        do { try await body() } catch { failure = failure ?? failure(of: error) }
    }
}
