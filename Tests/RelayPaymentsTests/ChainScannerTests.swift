import AsyncHTTPClient
import Foundation
import Logging
import RelayDomain
import RelayMetrics
import RelayStore
import RelayTestKit
import Synchronization
import Testing

@testable import RelayPayments

/// A real EVM with a real token, over real sockets.
@Suite(.serialized) struct ChainScannerTests {
    /// One chain, one scanner over all its endpoints, and books in memory.
    private struct World {
        let chain: TestChain
        let state: TestChain.State
        let http: HTTPClient
        let book = MemoryDepositBook()
        let watch: ChainWatch
        let scanner: NetworkScanner
        let registry = PrometheusRegistry()
        let lines = LogLines()
        /// Two that nobody has a key of, and one that pays out.
        static let first = "0x00000000000000000000000000000000000000d1"
        static let second = "0x00000000000000000000000000000000000000d2"
        var swept: String { state.accounts[7] }

        init(_ endpoints: Int = 2, http: HTTPClient) throws {
            chain = try TestChain(endpoints: endpoints)
            state = try chain.state()
            self.http = http
            let addresses = [Self.first, Self.second, state.accounts[7]]
            let watched = WatchedNetwork(
                network: .polygon, contract: ChainAddress(state.token, on: .polygon)!, decimals: 6, chainID: TestChain.chainID,
                addresses: addresses.map { ChainAddress($0, on: .polygon)! }, confirmations: 5, depth: 5, start: .block(1),
                greatestAge: .seconds(2_000))
            let transports = chain.urls.enumerated().map { index, url in
                let location = EndpointLocation(url)!
                return (name: location.name(index + 1), transport: HTTPTransport(location, http: http) as any RPCTransport)
            }
            // Its time does not pass: back-offs are over at once, so that a test says when it looks again.
            let uptime = ManualClock()
            let clock = ScanClock(
                now: { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970) * 1_000) },
                uptime: {
                    uptime.move(milliseconds: 1)
                    return uptime.now.milliseconds
                }, sleep: { try await Task.sleep(for: $0) }, random: { _ in 0 })
            self.uptime = uptime
            watch = ChainWatch(watched, transports: transports, clock: clock, metrics: registry, logger: lines.logger)
            scanner = NetworkScanner(watch, book: book, isAwaited: { true })
        }

        let uptime: ManualClock

        /// Makes what was mined so far final, and scans it. Back-offs of before are over.
        func scanned() async throws -> NetworkScanner.Outcome {
            try chain.mine(6)
            return await look()
        }

        func look() async -> NetworkScanner.Outcome {
            uptime.move(milliseconds: 60_000)
            var outcome = await scanner.step()
            while case .behind = outcome { outcome = await scanner.step() }
            return outcome
        }

        var deposits: [ChainTransfer] { book.state.deposits.values.sorted { ($0.block, $0.id) < ($1.block, $1.id) } }
        func amounts(to recipient: String) -> [UInt128] { deposits.filter { $0.recipient == recipient }.map(\.amount.units) }

        /// What came in less what went out is what is there.
        func expectBalance() async throws {
            let state = book.state
            let reading = try await watch.balances(after: try #require(state.cursor))
            let deposits = state.deposits.values.reduce(UInt128(0)) { $0 + $1.amount.units }
            let sweeps = state.sweeps.values.reduce(UInt128(0)) { $0 + $1.amount.units }
            #expect(reading.total.units == deposits - sweeps)
        }
    }

    private func withWorld(_ endpoints: Int = 2, _ body: (World) async throws -> Void) async throws {
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HTTPTransport.configuration)
        do {
            try await body(try World(endpoints, http: http))
        } catch {
            try? await http.shutdown()
            throw error
        }
        try await http.shutdown()
    }

    @Test func everyWayToPayIsFound() async throws {
        try await withWorld { world in
            let single = try world.chain.transfer(from: 0, to: World.first, units: 29_000_000)
            let batch = try world.chain.batch([(World.first, 5), (world.state.accounts[0], 99), (World.second, 6), (World.first, 5)])
            let pulled = try world.chain.transfer(by: 1, from: 2, to: World.second, units: 77)
            // What must not count: another token, nothing, a payment to somebody else.
            try world.chain.transfer(from: 0, to: World.first, units: 1_000_000, isFake: true)
            try world.chain.transfer(from: 0, to: World.first, units: 0)
            try world.chain.transfer(from: 0, to: world.state.accounts[1], units: 3)
            guard case .caughtUp = try await world.scanned() else { return }
            #expect(
                world.deposits.map(\.id)
                    == [(single, 0), (batch, 0), (batch, 2), (batch, 3), (pulled, 0)].map {
                        DepositID(network: .polygon, transaction: $0.0, ordinal: $0.1)
                    })
            #expect(world.deposits.map(\.amount.units) == [29_000_000, 5, 6, 5, 77])
            #expect(world.deposits.map(\.sender)[1] == world.state.payout && world.deposits.map(\.sender)[4] == world.state.accounts[2])
            #expect(Set(world.book.state.settled) == Set(world.deposits.map(\.id)))
            try await world.expectBalance()
        }
    }

    @Test func sweepsComeOffTheBalance() async throws {
        try await withWorld { world in
            try world.chain.transfer(from: 0, to: world.swept, units: 1_000)
            try world.chain.transfer(from: 7, to: world.state.accounts[1], units: 400)
            _ = try await world.scanned()
            #expect(world.book.state.sweeps.values.map(\.amount.units) == [400])
            try await world.expectBalance()
            // On a node that tells balances of its newest block alone, what is not final yet is taken off again.
            try world.chain.set(.latestOnly, of: 0)
            try world.chain.transfer(from: 0, to: world.swept, units: 50)
            try world.chain.transfer(from: 7, to: world.state.accounts[1], units: 7)
            try await world.expectBalance()
        }
    }

    @Test func booksThatDoNotFitTheChainAreAnAlarmOnceAndAgainWhenTheyDo() async throws {
        try await withWorld { world in
            try world.chain.transfer(from: 0, to: World.first, units: 5_000_000)
            guard case .caughtUp(let cursor) = try await world.scanned() else { return }
            let missing = Mutex(UInt128(500_000))
            let comparison = BalanceComparison(world.watch) { balances, block in
                let balance = balances.values.reduce(TokenAmount.zero) { $0.adding($1) }
                #expect(balance.units == 5_000_000 && block == cursor)
                return TokenAmount(units: balance.units - missing.withLock { $0 })
            }
            func alarms() -> Int { world.lines.all.count { $0.hasPrefix("critical") } }
            for _ in 1...2 {
                await comparison.look(at: cursor)
                #expect(alarms() == 1)
                #expect(world.registry.text().contains("nexrelay_chain_balance_difference{network=\"polygon\"} 0.5"))
                world.uptime.move(milliseconds: 600_000)
            }
            missing.withLock { $0 = 0 }
            await comparison.look(at: cursor)
            #expect(alarms() == 1 && world.lines.all.contains { $0.contains("again") })
            #expect(world.registry.text().contains("nexrelay_chain_balance_difference{network=\"polygon\"} 0"))
        }
    }

    @Test func aPaymentThatIsDroppedAndMinedAgainIsOne() async throws {
        try await withWorld { world in
            _ = try await world.scanned()
            let transaction = try world.chain.transfer(from: 0, to: World.first, units: 29_000_000)
            _ = await world.look()
            let seen = try #require(world.book.state.sightings.first?.transfer)
            #expect(seen.id.transaction == transaction && world.deposits.isEmpty)
            try world.chain.reorganise(depth: 2, empty: 3)
            _ = await world.look()
            let again = try #require(world.book.state.sightings.first?.transfer)
            #expect(again.id == seen.id && again.block != seen.block && again.blockHash != seen.blockHash)
            _ = try await world.scanned()
            #expect(world.deposits.map(\.id) == [seen.id] && world.deposits.map(\.block) == [again.block])
            #expect(world.book.state.sightings.isEmpty)
            try await world.expectBalance()
        }
    }

    @Test func aPaymentThatIsDroppedForGoodIsNone() async throws {
        try await withWorld { world in
            _ = try await world.scanned()
            let transaction = try world.chain.transfer(from: 0, to: World.first, units: 29_000_000)
            _ = await world.look()
            #expect(world.book.state.sightings.count == 1)
            #expect(try await world.watch.lookUp(transaction) == .pending(world.book.state.sightings.map(\.transfer), confirmations: 1))
            try world.chain.reorganise(depth: 2, dropping: [transaction])
            _ = try await world.scanned()
            #expect(world.deposits.isEmpty && world.book.state.sightings.isEmpty)
            #expect(try await world.watch.lookUp(transaction) == .notFound)
        }
    }

    @Test(arguments: [0, 1])
    func nothingMovesWhileAnEndpointLies(liar: Int) async throws {
        try await withWorld { world in
            _ = try await world.scanned()
            let cursor = world.book.state.cursor
            try world.chain.transfer(from: 0, to: World.first, units: 29_000_000)
            try world.chain.mine(8)
            let block = try world.chain.state().final
            for lie in [TestChain.Fault.invent(to: World.first, block: block), .omit, .amount, .hash] {
                try world.chain.set(lie, of: liar)
                let outcome = await world.look()
                guard case .failed(.disagreement) = outcome else {
                    Issue.record("\(lie): \(outcome)")
                    continue
                }
                #expect(world.book.state.cursor == cursor && world.deposits.isEmpty, "\(lie)")
            }
            try world.chain.set(.none, of: liar)
            _ = await world.look()
            #expect(world.amounts(to: World.first) == [29_000_000])
            try await world.expectBalance()
        }
    }

    @Test(arguments: [0, 1])
    func anEndpointThatLagsLosesNothing(lagging: Int) async throws {
        try await withWorld { world in
            _ = try await world.scanned()
            try world.chain.set(.lag(7), of: lagging)
            try world.chain.transfer(from: 0, to: World.first, units: 29_000_000)
            _ = try await world.scanned()
            #expect(world.deposits.isEmpty)
            let final = try world.chain.state().final
            #expect(world.book.state.cursor == final - 7)
            try world.chain.set(.none, of: lagging)
            _ = await world.look()
            #expect(world.amounts(to: World.first) == [29_000_000])
        }
    }

    @Test func endpointsThatThrottleOrDieAreReplaced() async throws {
        try await withWorld(3) { world in
            var units: Int64 = 1
            let silent: [TestChain.Fault] = [.throttle(.tron), .throttle(.status), .throttle(.code), .die, .html, .empty, .list]
            // These look like answers: in the midst of a look they are a contradiction, and nothing moves.
            let telling: [TestChain.Fault] = [.null, .otherChain, .older(10_000)]
            let moments = [(0, 0), (1, 0), (0, 3), (1, 4), (0, 5), (1, 6)]
            for (fault, moments) in silent.map({ ($0, moments) }) + telling.map({ ($0, Array(moments.prefix(2))) }) {
                for (endpoint, calls) in moments {
                    try world.chain.set(fault, of: endpoint, after: calls)
                    try world.chain.transfer(from: 0, to: World.second, units: units)
                    let outcome = try await world.scanned()
                    guard case .caughtUp = outcome else {
                        Issue.record("\(fault) of \(endpoint) after \(calls): \(outcome)")
                        continue
                    }
                    #expect(world.amounts(to: World.second).count == Int(units), "\(fault) of \(endpoint) after \(calls)")
                    units += 1
                    try world.chain.set(.none, of: endpoint)
                }
            }
            try await world.expectBalance()
        }
    }

    @Test func whatOneEndpointTellsAloneIsNotBelieved() async throws {
        try await withWorld { world in
            _ = try await world.scanned()
            let cursor = world.book.state.cursor
            try world.chain.set(.die, of: 1)
            try world.chain.transfer(from: 0, to: World.first, units: 9)
            guard case .failed(.noWitness) = try await world.scanned() else {
                Issue.record("scanned")
                return
            }
            #expect(world.book.state.cursor == cursor && world.deposits.isEmpty)
            try world.chain.set(.none, of: 1)
            _ = await world.look()
            #expect(world.amounts(to: World.first) == [9])
        }
    }

    /// A transaction with a payment to us, whose receipt is longer than anybody takes, stops nothing.
    @Test func aReceiptThatIsTooLargeIsForTheOperator() async throws {
        try await withWorld { world in
            _ = try await world.scanned()
            for endpoint in 0..<2 { try world.chain.set(.bulky, of: endpoint) }
            let large = try world.chain.batch([(World.first, 5), (world.state.accounts[0], 99), (World.second, 6)])
            try world.chain.transfer(from: 0, to: World.first, units: 29_000_000)
            guard case .caughtUp = try await world.scanned() else {
                Issue.record("not scanned")
                return
            }
            #expect(world.amounts(to: World.first).sorted() == [5, 29_000_000] && world.amounts(to: World.second) == [6])
            #expect(world.deposits.filter(\.isDoubtful).map(\.id.transaction) == [large, large])
            try await world.expectBalance()
            // Nothing of it comes again when it can be read.
            for endpoint in 0..<2 { try world.chain.set(.none, of: endpoint) }
            _ = try await world.scanned()
            #expect(world.deposits.count == 3)
        }
    }

    /// A block in which so many pay us that nobody gives its logs.
    @Test func aBlockWithTooManyLogsIsReadByItsTransactions() async throws {
        try await withWorld { world in
            _ = try await world.scanned()
            for endpoint in 0..<2 { try world.chain.set(.crowded(3), of: endpoint) }
            try world.chain.batch([(World.first, 1), (World.first, 2), (World.second, 3), (World.first, 4)])
            guard case .caughtUp = try await world.scanned() else {
                Issue.record("not scanned")
                return
            }
            #expect(world.amounts(to: World.first) == [1, 2, 4] && world.amounts(to: World.second) == [3])
            #expect(world.deposits.filter(\.isDoubtful).isEmpty)
            try await world.expectBalance()
        }
    }

    @Test func movesBetweenOurOwnAddressesPayNothing() async throws {
        try await withWorld { world in
            try world.chain.transfer(from: 0, to: world.swept, units: 1_000)
            try world.chain.transfer(from: 7, to: World.first, units: 400)
            _ = try await world.scanned()
            #expect(world.deposits.map(\.amount.units) == [1_000] && world.book.state.sweeps.isEmpty)
            try await world.expectBalance()
        }
    }

    @Test func bothDeadIsCaughtUpWithLater() async throws {
        try await withWorld { world in
            for endpoint in 0..<2 { try world.chain.set(.throttle(.tron), of: endpoint) }
            try world.chain.transfer(from: 0, to: World.first, units: 9)
            guard case .failed = try await world.scanned() else {
                Issue.record("scanned")
                return
            }
            for endpoint in 0..<2 { try world.chain.set(.none, of: endpoint) }
            _ = await world.look()
            #expect(world.amounts(to: World.first) == [9])
        }
    }

    @Test func aGapIsWalkedInSpansThatTheEndpointsAllow() async throws {
        try await withWorld { world in
            _ = try await world.scanned()
            for endpoint in 0..<2 { try world.chain.set(.span(20), of: endpoint) }
            for number in 0..<6 {
                try world.chain.transfer(from: 0, to: World.first, units: Int64(number + 1))
                try world.chain.mine(30)
            }
            let restarted = NetworkScanner(world.watch, book: world.book, isAwaited: { false })
            var outcome = await restarted.step()
            while case .behind = outcome { outcome = await restarted.step() }
            let final = try world.chain.state().final
            #expect(outcome == .caughtUp(cursor: final))
            #expect(world.amounts(to: World.first) == [1, 2, 3, 4, 5, 6])
            try await world.expectBalance()
        }
    }

    @Test func aNodeWithoutTheTagIsCountedFromItsNewestBlock() async throws {
        try await withWorld(1) { world in
            try world.chain.set(.noFinal, of: 0)
            try world.chain.transfer(from: 0, to: World.first, units: 4)
            _ = await world.look()
            #expect(world.deposits.isEmpty)
            _ = try await world.scanned()
            #expect(world.amounts(to: World.first) == [4])
        }
    }

    @Test func theInspectionTellsOfARealChain() async throws {
        try await withWorld { world in
            try world.chain.set(.die, of: 1)
            let inspection = await world.watch.inspect()
            let state = try inspection.endpoints[0].outcome.get()
            let head = try world.chain.state().head
            #expect(state.chainID == TestChain.chainID && state.decimals == 6 && state.head == head)
            #expect(throws: RPCFailure.self) { try inspection.endpoints[1].outcome.get() }
        }
    }

    @Test func theServiceScansByItself() async throws {
        try await withWorld { world in
            let service = Task { try await world.scanner.run() }
            defer { service.cancel() }
            try world.chain.transfer(from: 0, to: World.first, units: 29_000_000)
            try world.chain.mine(6)
            while world.deposits.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
            #expect(world.amounts(to: World.first) == [29_000_000])
        }
    }
}
