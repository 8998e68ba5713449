import RelayDomain
import RelayMetrics
import RelayStore
import RelayTestKit
import Testing

@testable import RelayPayments

/// Two endpoints of one network: who is asked, who witnesses, and what happens where they differ.
@Suite struct AgreementTests {
    private static func paid(_ change: (inout ScriptedChain) -> Void = { _ in }) -> ScriptedChain {
        var chain = ScriptedChain()
        chain.pay(in: 90)
        change(&chain)
        return chain
    }

    private static func disagreement(_ outcome: NetworkScanner.Outcome) -> Bool {
        if case .failed(.disagreement) = outcome { true } else { false }
    }

    @Test func endpointsThatAgreeMoveMoney() async {
        let fixture = ScanFixture([ScriptedEndpoint(Self.paid()), ScriptedEndpoint(Self.paid())])
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 100))
        #expect(fixture.deposits.count == 1)
        #expect(fixture.endpoints[1].calls.contains { $0.hasPrefix("eth_getTransactionReceipt") })
    }

    /// Whichever of the two it is that lies, nothing moves, and somebody is called.
    @Test(arguments: [0, 1])
    func nothingMovesWhereEndpointsDisagree(liar: Int) async {
        let lies: [(String, (inout ScriptedChain) -> Void)] = [
            ("a payment that the other does not have", { $0.pay(in: 80) }),
            ("no payment", { $0.transactions = [] }),
            ("another amount", { $0.transactions[0].logs[0].data = ScriptedChain.word(99_000_000) }),
            ("another recipient, of ours or not", { $0.transactions[0].logs.append(ScriptedChain.Log()) }),
            ("a failed transaction", { $0.transactions[0].isSuccess = false }),
            ("another block", { $0.transactions[0].block = 91 }),
            ("other blocks", { $0.branch = "1" }),
            ("other times", { $0.headSeconds -= 60 }),
        ]
        for (what, lie) in lies {
            let endpoints = [0, 1].map { ScriptedEndpoint($0 == liar ? Self.paid(lie) : Self.paid()) }
            let fixture = ScanFixture(endpoints)
            #expect(Self.disagreement(await fixture.scanner.step()), "\(what)")
            #expect(fixture.book.state.advances.isEmpty && fixture.deposits.isEmpty, "\(what)")
            #expect(fixture.lines.all.contains { $0.hasPrefix("critical") }, "\(what)")
            #expect(fixture.registry.text().contains(#"nexrelay_chain_disagreements_total{network="ethereum"} 1"#), "\(what)")
            // It stays so, however often it is looked at.
            #expect(Self.disagreement(await fixture.later()), "\(what)")
            endpoints[liar].chain = Self.paid()
            #expect(await fixture.later() == .caughtUp(cursor: 100), "\(what)")
            #expect(fixture.deposits.count == 1, "\(what)")
        }
    }

    /// A lagging endpoint is asked only for what it has, be it the first or the witness.
    @Test(arguments: [0, 1])
    func theOneThatLagsSetsThePace(lagging: Int) async {
        let behind = Self.paid {
            $0.head = 105
            $0.final = 85
            $0.headSeconds -= 45
        }
        let endpoints = [0, 1].map { ScriptedEndpoint($0 == lagging ? behind : Self.paid()) }
        let fixture = ScanFixture(endpoints)
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 85))
        #expect(fixture.deposits.isEmpty)
        endpoints[lagging].chain = Self.paid()
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 100))
        #expect(fixture.deposits.count == 1)
    }

    /// One that says that far more is final cannot talk the other one away.
    @Test(arguments: [0, 1])
    func whoeverRunsAheadDoesNotLoseTheWitness(liar: Int) async {
        let ahead = Self.paid {
            $0.head = 1_000_000
            $0.final = 999_000
            $0.pay(in: 500_000)
        }
        let endpoints = [0, 1].map { ScriptedEndpoint($0 == liar ? ahead : Self.paid { $0.headSeconds -= 100 }) }
        let fixture = ScanFixture(endpoints)
        for _ in 0..<5 { _ = await fixture.later() }
        #expect((fixture.book.state.cursor ?? 0) <= 100)
        #expect(fixture.deposits.count <= 1)
    }

    @Test func oneThatStandsStillIsPutAsideByTheClock() async {
        let old = ScriptedEndpoint(Self.paid { $0.headSeconds -= 4_000 })
        let fixture = ScanFixture([old, ScriptedEndpoint(Self.paid()), ScriptedEndpoint(Self.paid())])
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 100))
        #expect(fixture.registry.text().contains(#"nexrelay_chain_failures_total{kind="stale",network="ethereum"} 1"#))
        #expect(!old.calls.contains { $0.hasPrefix("eth_getLogs") })
    }

    @Test func aDeadEndpointIsReplacedByTheNext() async {
        let dead = ScriptedEndpoint(Self.paid()) { _, _, _ throws(TransportFault) -> RPCAnswer? in
            throw .unreachable(reason: "connection refused")
        }
        let fixture = ScanFixture([dead, ScriptedEndpoint(Self.paid()), ScriptedEndpoint(Self.paid())])
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 100))
        #expect(dead.calls.count == 1)
        // While its back-off lasts it is left alone.
        _ = await fixture.scanner.step()
        #expect(dead.calls.count == 1)
        dead.set(say: nil)
        #expect(await fixture.later() == .caughtUp(cursor: 100))
        #expect(fixture.lines.all.contains { $0.contains("an endpoint works again") })
    }

    /// Whatever call it is after which an endpoint dies, the look goes on with the others.
    @Test func oneThatDiesInTheMidstIsReplaced() async {
        for calls in 0..<14 {
            let dying = ScriptedEndpoint(Self.paid())
            dying.set { [weak dying] _, _, _ throws(TransportFault) -> RPCAnswer? in
                if (dying?.calls.count ?? 0) > calls { throw .timedOut }
                return nil
            }
            let fixture = ScanFixture([dying, ScriptedEndpoint(Self.paid()), ScriptedEndpoint(Self.paid())])
            #expect(await fixture.scanner.step() == .caughtUp(cursor: 100), "after \(calls) calls")
            #expect(fixture.deposits.count == 1)
        }
    }

    /// Whoever owns one endpoint of two invents nothing and hides nothing while the other one is away, for however long.
    @Test(arguments: [0, 1])
    func oneAloneMovesNothing(liar: Int) async {
        for lie in [{ $0.pay(in: 80) }, { $0.transactions = [] }] as [(inout ScriptedChain) -> Void] {
            let endpoints = [0, 1].map { ScriptedEndpoint($0 == liar ? Self.paid(lie) : Self.paid()) }
            endpoints[1 - liar].set { _, _, _ throws(TransportFault) -> RPCAnswer? in throw .timedOut }
            let fixture = ScanFixture(endpoints)
            for _ in 0..<8 {
                guard case .failed(.noWitness) = await fixture.later() else {
                    Issue.record("scanned")
                    continue
                }
            }
            #expect(fixture.book.state.advances.isEmpty && fixture.deposits.isEmpty)
            #expect(fixture.lines.all.contains { $0.hasPrefix("critical") && $0.contains("one endpoint alone is not believed") })
            await #expect(throws: ScanFault.self) { try await fixture.watch.lookUp(ScriptedChain.transaction(1)) }
            endpoints[1 - liar].set(say: nil)
            endpoints[liar].chain = Self.paid()
            #expect(await fixture.later() == .caughtUp(cursor: 100))
            #expect(fixture.deposits.map(\.block) == [90])
        }
    }

    @Test func allDeadIsAFailureAndEndsWithThem() async {
        let endpoints = (0..<2).map { _ in
            ScriptedEndpoint(Self.paid()) { _, _, _ throws(TransportFault) -> RPCAnswer? in throw .unreachable(reason: "connection refused")
            }
        }
        let fixture = ScanFixture(endpoints)
        guard case .failed(.noEndpoint(let failures)) = await fixture.scanner.step() else {
            Issue.record("scanned")
            return
        }
        #expect(failures.map(\.endpoint) == ["node.example#1", "node.example#2"])
        for endpoint in endpoints { endpoint.set(say: nil) }
        #expect(await fixture.later() == .caughtUp(cursor: 100))
    }

    @Test func aThrottledEndpointIsLeftAloneAndTheSpanShrinks() async {
        let throttled = ScriptedEndpoint(Self.paid()) { method, _, id in
            method == "eth_getLogs" ? ScriptedEndpoint.error(-32_005, "request rate limited", id: id) : nil
        }
        let fixture = ScanFixture([throttled, ScriptedEndpoint(Self.paid()), ScriptedEndpoint(Self.paid())])
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 100))
        #expect(throttled.calls.filter { $0.hasPrefix("eth_getLogs") }.count == 1)
        #expect(fixture.registry.text().contains(#"nexrelay_chain_failures_total{kind="limited",network="ethereum"} 1"#))
    }

    @Test func anotherChainIsRefusedAndTheRestGoesOn() async {
        let others: [(inout ScriptedChain) -> Void] = [
            { $0.chainID = "0x5" }, { $0.decimals = ScriptedChain.word(18) }, { $0.decimals = "0x" },
        ]
        for other in others {
            let wrong = ScriptedEndpoint(Self.paid(other))
            let fixture = ScanFixture([wrong, ScriptedEndpoint(Self.paid()), ScriptedEndpoint(Self.paid())])
            #expect(await fixture.scanner.step() == .caughtUp(cursor: 100))
            #expect(!wrong.calls.contains { $0.hasPrefix("eth_getLogs") })
            #expect(fixture.lines.all.contains { $0.hasPrefix("error") && $0.contains("wrong_chain") })
        }
    }

    @Test func anEndpointShowsItsChainAgainAfterAFailure() async {
        let endpoint = ScriptedEndpoint(Self.paid())
        let fixture = ScanFixture([endpoint])
        _ = await fixture.scanner.step()
        _ = await fixture.scanner.step()
        #expect(endpoint.calls.filter { $0.hasPrefix("eth_chainId") }.count == 1)
        endpoint.set { _, _, _ throws(TransportFault) -> RPCAnswer? in throw .timedOut }
        _ = await fixture.scanner.step()
        endpoint.set(say: nil)
        endpoint.chain = Self.paid { $0.chainID = "0x5" }
        guard case .failed(.noEndpoint) = await fixture.later() else {
            Issue.record("scanned")
            return
        }
    }

    @Test func noSecretIsLoggedOrMeasured() async throws {
        let location = try #require(
            EndpointLocation("http://user:\(ScanFixture.secret)@127.0.0.1:1/\(ScanFixture.secret)?key=\(ScanFixture.secret)"))
        let echoing = ScriptedEndpoint(Self.paid()) { _, _, id in
            ScriptedEndpoint.error(-32_000, "key \(ScanFixture.secret) is not known", id: id)
        }
        let words = ScriptedEndpoint(Self.paid()) { _, _, _ in ScriptedEndpoint.text(#"{"Error":"\#(ScanFixture.secret)"}"#) }
        let fixture = ScanFixture([echoing, words])
        let outcome = await fixture.scanner.step()
        for text in fixture.lines.all + [fixture.registry.text(), "\(outcome)", "\(location)"] {
            #expect(!text.contains(ScanFixture.secret))
        }
        #expect(fixture.lines.all.contains { $0.contains("node.example#1") })
    }
}
