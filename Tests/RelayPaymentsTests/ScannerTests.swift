import RelayDomain
import RelayMetrics
import RelayStore
import RelayTestKit
import Testing

@testable import RelayPayments

/// What a scanner makes of one endpoint's answers.
@Suite struct ScannerTests {
    private typealias Log = ScriptedChain.Log

    @Test func aFinalPaymentIsWrittenAndSettled() async throws {
        var chain = ScriptedChain()
        chain.pay(in: 90)
        let fixture = ScanFixture([ScriptedEndpoint(chain)])
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 100))
        #expect(
            fixture.deposits == [
                ChainTransfer(
                    id: DepositID(network: .ethereum, transaction: ScriptedChain.transaction(1), ordinal: 0),
                    sender: ScriptedChain.stranger,
                    recipient: ScriptedChain.ours, amount: TokenAmount(units: 29_000_000), block: 90, blockHash: chain.hash(90),
                    at: Timestamp(milliseconds: (chain.headSeconds - 90) * 1_000))
            ])
        #expect(fixture.book.state.settled == fixture.deposits.map(\.id))
        #expect(fixture.book.state.chain == ChainIdentity(chainID: 1, genesis: chain.hash(0)))
    }

    @Test func onlyTransfersOfTheTokenToUsCount() async {
        let stranger = ScriptedChain.word(ScriptedChain.stranger)
        let ours = ScriptedChain.word(ScriptedChain.ours)
        let strangers = [
            Log(address: "0x00000000000000000000000000000000000000ff"), Log(data: ScriptedChain.word(0 as UInt128)),
            Log(topics: [TransferEvent.topic, stranger, ours, ScriptedChain.word(1)]), Log(topics: [TransferEvent.topic, stranger]),
            Log(topics: [ScriptedChain.word(1), stranger, ours]), Log(topics: [TransferEvent.topic, stranger, stranger]),
        ]
        var chain = ScriptedChain()
        for log in strangers { chain.pay([log], in: 90) }
        chain.pay(in: 91, isSuccess: false)
        let fixture = ScanFixture([ScriptedEndpoint(chain)])
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 100))
        #expect(fixture.deposits.isEmpty && fixture.book.state.sweeps.isEmpty)
    }

    @Test func theOrdinalIsThePlaceInTheReceipt() async {
        var chain = ScriptedChain()
        let fake = Log(address: "0x00000000000000000000000000000000000000ff")
        chain.pay([fake, Log(), Log(data: ScriptedChain.word(0 as UInt128)), Log()], in: 90)
        let fixture = ScanFixture([ScriptedEndpoint(chain)])
        _ = await fixture.scanner.step()
        #expect(fixture.deposits.map(\.id.ordinal) == [1, 3])
        #expect(Set(fixture.deposits.map(\.amount.units)) == [29_000_000])
    }

    /// Between two of ours nothing is paid and nothing leaves.
    @Test func sweepsAreWrittenAndOurOwnMovesAreNot() async {
        var chain = ScriptedChain()
        let (stranger, ours) = (ScriptedChain.word(ScriptedChain.stranger), ScriptedChain.word(ScriptedChain.ours))
        chain.pay([Log(topics: [TransferEvent.topic, ours, stranger], data: ScriptedChain.word(5))], in: 95)
        let second = "0x00000000000000000000000000000000000000a2"
        chain.pay([Log(topics: [TransferEvent.topic, ours, ours], data: ScriptedChain.word(6))], in: 96)
        chain.pay([Log(topics: [TransferEvent.topic, ours, ScriptedChain.word(second)])], in: 96)
        chain.pay([Log(topics: [TransferEvent.topic, ScriptedChain.word(second), ours])], in: 120)
        let fixture = ScanFixture([ScriptedEndpoint(chain)], addresses: [ScriptedChain.ours, second])
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 100))
        #expect(fixture.book.state.sweeps.values.map(\.amount.units) == [5])
        #expect(fixture.deposits.isEmpty && fixture.book.state.sightings.isEmpty)
    }

    /// An order at an address that was taken off the configuration is in grace.
    @Test func addressesThatMayStillBePaidAreWatched() async throws {
        let former = "0x00000000000000000000000000000000000000a2"
        var chain = ScriptedChain()
        chain.pay([Log(topics: [TransferEvent.topic, ScriptedChain.word(ScriptedChain.stranger), ScriptedChain.word(former)])], in: 90)
        chain.pay([Log(topics: [TransferEvent.topic, ScriptedChain.word(former), ScriptedChain.word(ScriptedChain.ours)])], in: 91)
        let fixture = ScanFixture([ScriptedEndpoint(chain)])
        fixture.book.set { $0.watched = [ScriptedChain.ours, former] }
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 100))
        #expect(fixture.deposits.map(\.recipient) == [former] && fixture.book.state.sweeps.isEmpty)
        #expect(try await fixture.watch.balances(after: 100).balances.keys.sorted() == [ScriptedChain.ours, former])
        // Its grace is over.
        fixture.book.set { $0.watched = [] }
        _ = await fixture.scanner.step()
        #expect(fixture.watch.addresses.map { $0.text(on: .ethereum) } == [ScriptedChain.ours])
        fixture.book.set { $0.watched = ["nonsense"] }
        #expect(await fixture.scanner.step() == .booksFailed)
    }

    /// Passed over it would be lost for good.
    @Test func aTransferThatCannotBeReadStopsTheCursor() async {
        for data in ["0x", "0x01", "1bad", ""] {
            var chain = ScriptedChain()
            chain.pay([Log(data: data)], in: 90)
            let endpoint = ScriptedEndpoint(chain)
            let fixture = ScanFixture([endpoint])
            guard case .failed(.endpoint(let failure)) = await fixture.scanner.step() else {
                Issue.record("scanned: \(data)")
                continue
            }
            #expect(failure.kind == .malformed && fixture.book.state.advances.isEmpty)
            // Digits without `0x` can be read.
            endpoint.chain.transactions[0].logs[0].data = String(ScriptedChain.word(7).dropFirst(2))
            #expect(await fixture.later() == .caughtUp(cursor: 100))
            #expect(fixture.deposits.map(\.amount.units) == [7])
        }
    }

    /// A head beyond every chain must not become the place where the first scan begins.
    @Test func aBlockBeyondEveryChainIsNotBelieved() async {
        for number in [Int64.max, 1 << 62, ChainBlock.greatestNumber + 1] {
            let chain = ScriptedChain()
            let endpoint = ScriptedEndpoint(chain) { method, parameters, id in
                guard method == "eth_getBlockByNumber", parameters.contains("latest") || parameters.contains("finalized") else {
                    return nil
                }
                let hexadecimal = { (number: Int64) in "0x" + String(number, radix: 16) }
                let block = ["number": hexadecimal(number), "hash": chain.hash(number), "timestamp": hexadecimal(chain.headSeconds)]
                return ScriptedEndpoint.result(block, id: id)
            }
            let fixture = ScanFixture([endpoint], start: .latest)
            guard case .failed(.noEndpoint(let failures)) = await fixture.scanner.step() else {
                Issue.record("scanned: \(number)")
                continue
            }
            #expect(failures.map(\.kind) == [.malformed] && fixture.book.state.cursor == nil)
            endpoint.set(say: nil)
            #expect(await fixture.later() == .caughtUp(cursor: 100))
        }
    }

    @Test func booksFarAheadOfTheChainAreAnAlarm() async {
        let fixture = ScanFixture([ScriptedEndpoint(ScriptedChain())])
        fixture.book.set { $0.cursor = 10_101 }
        #expect(await fixture.scanner.step() == .failed(.behindBooks(final: 100, cursor: 10_101)))
        #expect(fixture.lines.all.contains { $0.hasPrefix("critical") })
        #expect(fixture.registry.text().contains(#"nexrelay_chain_disagreements_total{network="ethereum"} 1"#))
        fixture.book.set { $0.cursor = 10_100 }
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 10_100))
    }

    /// However long a span takes, the network is kept.
    @Test func theNetworkIsHeldWhileASpanIsRead() async {
        var chain = ScriptedChain()
        for block in 81...90 as ClosedRange<Int64> { chain.pay(in: block) }
        let clock = ManualClock()
        let slow = ScriptedEndpoint(chain) { method, _, _ in
            if method == "eth_getTransactionReceipt" { clock.move(milliseconds: 15_000) }
            return nil
        }
        let fixture = ScanFixture([slow], clock: clock)
        fixture.book.set { $0.patience = 60_000 }
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 100))
        #expect(fixture.deposits.count == 10)
    }

    @Test func whoLostTheNetworkInTheMidstStopsReading() async {
        var chain = ScriptedChain()
        for block in 81...90 as ClosedRange<Int64> { chain.pay(in: block) }
        let clock = ManualClock()
        let slow = ScriptedEndpoint(chain)
        let fixture = ScanFixture([slow], clock: clock)
        slow.set { [book = fixture.book] method, _, _ in
            if method == "eth_getTransactionReceipt" {
                clock.move(milliseconds: 15_000)
                book.set { $0.isHeldByAnother = true }
            }
            return nil
        }
        #expect(await fixture.scanner.step() == .booksFailed)
        #expect(slow.calls.filter { $0.hasPrefix("eth_getTransactionReceipt") }.count == 1)
        #expect(await fixture.scanner.step() == .standingBy)
        #expect(fixture.book.state.advances.isEmpty)
    }

    @Test func aFencedSpanIsHalved() async {
        var chain = ScriptedChain()
        (chain.head, chain.final) = (1_020, 1_000)
        let fixture = ScanFixture([ScriptedEndpoint(chain)])
        fixture.book.set { $0.failures = [StoreFailure(.fenced, "another holds it"), StoreFailure(.unavailable, "full")] }
        #expect(await fixture.scanner.step() == .booksFailed)
        #expect(await fixture.scanner.step() == .booksFailed)
        _ = await fixture.scanner.step()
        #expect(fixture.book.state.advances.first == 250)
    }

    @Test func whatFailsForMinutesIsAnAlarm() async {
        let endpoint = ScriptedEndpoint(ScriptedChain()) { _, _, _ throws(TransportFault) -> RPCAnswer? in throw .timedOut }
        let fixture = ScanFixture([endpoint])
        func alarms() -> Int { fixture.lines.all.filter { $0.hasPrefix("critical") }.count }
        for _ in 0..<5 { _ = await fixture.later() }
        #expect(alarms() == 0)
        _ = await fixture.later()
        #expect(alarms() == 1)
        #expect(fixture.registry.text().contains(#"nexrelay_chain_stalled_seconds{network="ethereum"} 300"#))
        _ = await fixture.later()
        #expect(alarms() == 1)
        endpoint.set(say: nil)
        #expect(await fixture.later() == .caughtUp(cursor: 100))
        #expect(fixture.registry.text().contains(#"nexrelay_chain_stalled_seconds{network="ethereum"} 0"#))
    }

    @Test func aHugeValueIsWrittenAsTooMuchForAnybody() async {
        var chain = ScriptedChain()
        chain.pay([Log(data: "0x" + String(repeating: "f", count: 64))], in: 90)
        let fixture = ScanFixture([ScriptedEndpoint(chain)])
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 100))
        #expect(fixture.deposits.map(\.amount.units) == [Word.greatest])
    }

    @Test func whatIsNotFinalIsShownAndNotWritten() async {
        var chain = ScriptedChain()
        chain.pay(in: 110)
        let endpoint = ScriptedEndpoint(chain)
        let fixture = ScanFixture([endpoint])
        _ = await fixture.scanner.step()
        #expect(fixture.deposits.isEmpty)
        #expect(fixture.book.state.sightings.map(\.transfer.block) == [110] && fixture.book.state.sightings.map(\.head) == [120])
        // It is dropped, and mined again at another height.
        chain.transactions[0].block = 113
        chain.branch = "1"
        chain.head = 121
        endpoint.chain = chain
        let unchanged = await fixture.scanner.step()
        #expect(unchanged == .caughtUp(cursor: 100))
        #expect(fixture.book.state.sightings.map(\.transfer.block) == [113])
        (chain.head, chain.final) = (140, 120)
        endpoint.chain = chain
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 120))
        #expect(fixture.deposits.map(\.block) == [113] && fixture.book.state.sightings.isEmpty)
    }

    @Test func whileNobodyWaitsOnlyFinalBlocksAreAskedFor() async {
        var chain = ScriptedChain()
        chain.pay(in: 110)
        let endpoint = ScriptedEndpoint(chain)
        let fixture = ScanFixture([endpoint], isAwaited: false)
        _ = await fixture.scanner.step()
        #expect(fixture.book.state.sightings.isEmpty)
        #expect(!endpoint.calls.contains { $0.hasPrefix("eth_getLogs") && $0.contains(#""toBlock":"0x78""#) })
    }

    @Test func logsAreAskedForOfOneContractAndOurAddresses() async {
        let endpoint = ScriptedEndpoint(ScriptedChain())
        let fixture = ScanFixture([endpoint])
        _ = await fixture.scanner.step()
        let ours = ScriptedChain.word(ScriptedChain.ours)
        let blocks = #""address":"\#(ScriptedChain.contract)","fromBlock":"0x1","toBlock":"0x64""#
        #expect(endpoint.calls.contains(#"eth_getLogs [{\#(blocks),"topics":["\#(TransferEvent.topic)",null,["\#(ours)"]]}]"#))
        #expect(endpoint.calls.contains(#"eth_getLogs [{\#(blocks),"topics":["\#(TransferEvent.topic)",["\#(ours)"]]}]"#))
    }

    @Test func aFirstScanBeginsAtWhatIsFinal() async {
        var chain = ScriptedChain()
        chain.pay(in: 99)
        chain.pay(in: 101)
        let endpoint = ScriptedEndpoint(chain)
        let fixture = ScanFixture([endpoint], start: .latest)
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 100))
        (chain.head, chain.final) = (140, 120)
        endpoint.chain = chain
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 120))
        #expect(fixture.deposits.map(\.block) == [101])
    }

    @Test func aRefusedTagIsReplacedByBlocksBehindTheNewest() async {
        let endpoint = ScriptedEndpoint(ScriptedChain()) { method, parameters, id in
            parameters.contains("finalized") ? ScriptedEndpoint.error(-32_602, "invalid block number", id: id) : nil
        }
        let fixture = ScanFixture([endpoint])
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 90))
        _ = await fixture.scanner.step()
        // It is asked again, and what it knows then counts.
        #expect(endpoint.calls.filter { $0.contains("finalized") }.count == 2)
        #expect(fixture.lines.all.filter { $0.hasPrefix("warning an endpoint does not tell what is final") }.count == 1)
        endpoint.set(say: nil)
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 100))
    }

    /// One odd answer, of a balancer's other node or of somebody in between, makes nothing final.
    @Test func whoHasToldWhatIsFinalIsNotCountedAfterwards() async {
        let endpoint = ScriptedEndpoint(ScriptedChain())
        let fixture = ScanFixture([endpoint])
        _ = await fixture.scanner.step()
        (endpoint.chain.head, endpoint.chain.final) = (200, 110)
        endpoint.set { _, parameters, id in
            parameters.contains("finalized") ? ScriptedEndpoint.error(-32_602, "invalid block number", id: id) : nil
        }
        for outcome in [await fixture.scanner.step(), await fixture.later(), await fixture.later()] {
            guard case .failed = outcome else {
                Issue.record("\(outcome)")
                continue
            }
        }
        #expect(fixture.book.state.cursor == 100)
        endpoint.set(say: nil)
        #expect(await fixture.later() == .caughtUp(cursor: 110))
    }

    @Test func whereNobodyTellsWhatIsFinalManyBlocksAreCounted() {
        let depths = PaymentNetwork.allCases.map { network in
            WatchedNetwork(
                network: network, contract: ChainAddress(network.contract, on: network)!, decimals: 6, chainID: 1, addresses: [],
                confirmations: 30
            ).depth
        }
        #expect(depths == [30, 64, 30, 256])
    }

    @Test func aNodeThatFailsToTellWhatIsFinalIsNotReplacedByAGuess() async {
        for (code, message) in [(-32_603, "internal error"), (-32_005, "limit exceeded")] {
            let endpoint = ScriptedEndpoint(ScriptedChain()) { method, parameters, id in
                parameters.contains("finalized") ? ScriptedEndpoint.error(code, message, id: id) : nil
            }
            let fixture = ScanFixture([endpoint])
            guard case .failed = await fixture.scanner.step() else {
                Issue.record("scanned")
                continue
            }
            #expect(fixture.book.state.cursor == nil)
        }
    }

    @Test func blocksBehindTheNewestAreCountedWhereConfigured() async {
        let fixture = ScanFixture([ScriptedEndpoint(ScriptedChain())], finality: .behindHead(50))
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 70))
    }

    @Test(arguments: [
        "eth_chainId", "eth_getBlockByNumber", "eth_getLogs", "eth_getTransactionReceipt", "eth_call",
    ])
    func theCursorNeverMovesOnAnUnknownShape(method: String) async {
        let bodies: [@Sendable (Int) -> String] = [
            { _ in #"{"Error":"The request rate exceeds the allowed frequency"}"# }, { _ in "" }, { _ in "<html></html>" }, { _ in "[]" },
            { #"{"jsonrpc":"2.0","id":\#($0),"result":null}"# }, { #"{"jsonrpc":"2.0","id":\#($0),"result":{}}"# },
            { #"{"jsonrpc":"2.0","id":\#($0),"result":[{}]}"# }, { #"{"jsonrpc":"2.0","id":\#($0 + 1),"result":[]}"# },
            { #"{"jsonrpc":"2.0","id":\#($0),"result":"0x"}"# }, { #"{"jsonrpc":"2.0","id":\#($0),"error":{"code":-32603,"message":""}}"# },
        ]
        for body in bodies {
            var chain = ScriptedChain()
            chain.pay(in: 90)
            let endpoint = ScriptedEndpoint(chain) { called, _, id in called == method ? ScriptedEndpoint.text(body(id)) : nil }
            let fixture = ScanFixture([endpoint])
            guard case .failed = await fixture.scanner.step() else {
                Issue.record("\(method): \(body(1))")
                continue
            }
            #expect(fixture.book.state.advances.isEmpty && fixture.deposits.isEmpty)
            endpoint.set(say: nil)
            #expect(await fixture.later() == .caughtUp(cursor: 100))
            #expect(fixture.deposits.count == 1)
        }
    }

    @Test func logsOfOtherBlocksAreNotBelieved() async {
        var chain = ScriptedChain()
        chain.pay(in: 110)
        let told = chain
        let endpoint = ScriptedEndpoint(chain) { method, _, id in
            guard method == "eth_getLogs" else { return nil }
            return ScriptedEndpoint.result(told.answer(method, [["fromBlock": "0x1", "toBlock": "0x78"]]), id: id)
        }
        let fixture = ScanFixture([endpoint], isAwaited: false)
        guard case .failed(.endpoint(let failure)) = await fixture.scanner.step() else {
            Issue.record("scanned")
            return
        }
        #expect(failure.kind == .malformed && fixture.deposits.isEmpty && fixture.book.state.advances.isEmpty)
        endpoint.set(say: nil)
        #expect(await fixture.later() == .caughtUp(cursor: 100))
    }

    /// Another block at that height than the one of the log and the receipt.
    @Test func aReceiptOutsideTheChainIsNotBelieved() async {
        var chain = ScriptedChain()
        chain.pay(in: 90)
        var other = chain
        other.branch = "1"
        let elsewhere = other
        let endpoint = ScriptedEndpoint(chain) { method, parameters, id in
            guard method == "eth_getBlockByNumber", parameters.contains(#""0x5a""#) else { return nil }
            return ScriptedEndpoint.result(elsewhere.answer(method, ["0x5a", false]), id: id)
        }
        let fixture = ScanFixture([endpoint])
        guard case .failed(.endpoint(let failure)) = await fixture.scanner.step() else {
            Issue.record("scanned")
            return
        }
        #expect(failure.kind == .incoherent && fixture.book.state.advances.isEmpty)
        endpoint.set(say: nil)
        #expect(await fixture.later() == .caughtUp(cursor: 100))
        #expect(fixture.deposits.count == 1)
    }

    @Test func spansAreHalvedUntilTheyPassAndNothingIsPassedOver() async {
        var chain = ScriptedChain()
        (chain.head, chain.final) = (1_020, 1_000)
        for block in stride(from: Int64(3), through: 1_000, by: 97) { chain.pay(in: block) }
        for limit in [1, 7, 100] as [Int64] {
            let endpoint = ScriptedEndpoint(chain) { method, parameters, id in
                guard method == "eth_getLogs" else { return nil }
                let numbers = parameters.split(separator: "\"").filter { $0.hasPrefix("0x") && $0.count < 12 }.map {
                    Int64($0.dropFirst(2), radix: 16)!
                }
                return numbers[1] - numbers[0] + 1 > limit
                    ? ScriptedEndpoint.error(-32_602, "exceed max block range: \(limit)", id: id) : nil
            }
            let fixture = ScanFixture([endpoint], isAwaited: false)
            var outcome = NetworkScanner.Outcome.behind(cursor: 0)
            var steps = 0
            while case .behind = outcome, steps < 1_000 {
                outcome = await fixture.scanner.step()
                steps += 1
            }
            #expect(outcome == .caughtUp(cursor: 1_000))
            #expect(fixture.deposits.count == chain.transactions.count)
            let ends = fixture.book.state.advances
            #expect(zip(ends, ends.dropFirst()).allSatisfy { $1 - $0 <= limit })
        }
    }

    @Test func aGapAfterARestartIsWalkedInBoundedSpans() async {
        var chain = ScriptedChain()
        chain.pay(in: 90)
        let endpoint = ScriptedEndpoint(chain)
        let fixture = ScanFixture([endpoint])
        _ = await fixture.scanner.step()
        (chain.head, chain.final) = (30_020, 30_000)
        for block in [101, 15_000, 30_000] as [Int64] { chain.pay(in: block) }
        endpoint.chain = chain
        let restarted = NetworkScanner(fixture.watch, book: fixture.book, isAwaited: { true })
        var outcome = await restarted.step()
        while case .behind = outcome { outcome = await restarted.step() }
        #expect(outcome == .caughtUp(cursor: 30_000))
        #expect(fixture.deposits.map(\.block).sorted() == [90, 101, 15_000, 30_000])
        let ends = fixture.book.state.advances
        #expect(zip(ends, ends.dropFirst()).allSatisfy { $1 > $0 && $1 - $0 <= SpanSize.greatest })
    }

    /// A balancer's older node says that there are no logs in blocks that it does not have yet.
    @Test func whatAnOlderNodeDidNotSeeIsFoundByLookingBack() async {
        var chain = ScriptedChain()
        chain.pay(in: 99)
        let endpoint = ScriptedEndpoint(chain) { method, _, id in method == "eth_getLogs" ? ScriptedEndpoint.result([], id: id) : nil }
        let fixture = ScanFixture([endpoint])
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 100))
        #expect(fixture.deposits.isEmpty)
        endpoint.set(say: nil)
        (chain.head, chain.final) = (122, 102)
        endpoint.chain = chain
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 102))
        #expect(fixture.deposits.map(\.block) == [99])
    }

    /// Also where another scanner goes on, after a restart or on another node, whatever the configuration says of the first scan.
    @Test func whoGoesOnLooksBackToo() async {
        var chain = ScriptedChain()
        let endpoint = ScriptedEndpoint(chain)
        let fixture = ScanFixture([endpoint], start: .latest)
        _ = await fixture.scanner.step()
        (chain.head, chain.final) = (125, 105)
        for block in [99, 104] as [Int64] { chain.pay(in: block) }
        endpoint.chain = chain
        endpoint.set { method, _, id in method == "eth_getLogs" ? ScriptedEndpoint.result([], id: id) : nil }
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 105))
        endpoint.set(say: nil)
        (endpoint.chain.head, endpoint.chain.final) = (127, 107)
        let restarted = NetworkScanner(fixture.watch, book: fixture.book, isAwaited: { true })
        #expect(await restarted.step() == .caughtUp(cursor: 107))
        // And never before the first scan.
        #expect(fixture.deposits.map(\.block) == [104])
    }

    @Test func aNodeStandsByWhileAnotherScans() async {
        var chain = ScriptedChain()
        chain.pay(in: 90)
        let fixture = ScanFixture([ScriptedEndpoint(chain)])
        fixture.book.set { $0.isHeldByAnother = true }
        #expect(await fixture.scanner.step() == .standingBy)
        #expect(fixture.book.state.advances.isEmpty && fixture.book.state.sightings.isEmpty)
        fixture.book.set { $0.isHeldByAnother = false }
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 100))
    }

    @Test func booksThatFailAreTriedAgain() async {
        var chain = ScriptedChain()
        chain.pay(in: 90)
        let fixture = ScanFixture([ScriptedEndpoint(chain)])
        fixture.book.set { $0.failures = [StoreFailure(.unavailable, "full"), StoreFailure(.fenced, "another holds it")] }
        #expect(await fixture.scanner.step() == .booksFailed)
        #expect(await fixture.scanner.step() == .booksFailed)
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 100))
        #expect(fixture.deposits.count == 1)
    }

    @Test func booksOfAnotherChainAreLeftAlone() async {
        let fixture = ScanFixture([ScriptedEndpoint(ScriptedChain())])
        let known = ChainIdentity(chainID: 1, genesis: "0x" + String(repeating: "9", count: 64))
        fixture.book.set { $0.chain = known }
        guard case .otherChain(let other) = await fixture.scanner.step() else {
            Issue.record("scanned")
            return
        }
        #expect(other.known == known && fixture.book.state.cursor == nil)
        #expect(fixture.lines.all.contains { $0.hasPrefix("critical") })
    }

    @Test func manyAddressesAreAskedForInChunks() async {
        var chain = ScriptedChain()
        chain.pay(in: 90)
        let endpoint = ScriptedEndpoint(chain)
        let others = (0..<250).map { "0x" + ScriptedChain.word(UInt128(0xFFFF + $0)).suffix(40) }
        let fixture = ScanFixture([endpoint], addresses: others + [ScriptedChain.ours], isAwaited: false)
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 100))
        #expect(endpoint.calls.filter { $0.hasPrefix("eth_getLogs") }.count == 6)
        #expect(fixture.deposits.count == 1)
    }

    @Test func whereTheScannerStandsIsMeasured() async {
        let fixture = ScanFixture([ScriptedEndpoint(ScriptedChain())])
        _ = await fixture.scanner.step()
        let text = fixture.registry.text()
        for line in [
            #"nexrelay_chain_head{network="ethereum"} 120"#, #"nexrelay_chain_final{network="ethereum"} 100"#,
            #"nexrelay_chain_cursor{network="ethereum"} 100"#, #"nexrelay_chain_lag{network="ethereum"} 0"#,
        ] { #expect(text.contains(line), "\(text)") }
    }
}
