import RelayDomain
import Testing

@testable import RelayPayments

/// Single questions: a transaction, balances, an inspection.
@Suite struct LookUpTests {
    private static let transaction = ScriptedChain.transaction(1)

    private static func fixture(block: Int64, isSuccess: Bool = true, _ logs: [ScriptedChain.Log] = [ScriptedChain.Log()]) -> ScanFixture {
        var chain = ScriptedChain()
        chain.pay(logs, in: block, isSuccess: isSuccess)
        return ScanFixture([ScriptedEndpoint(chain), ScriptedEndpoint(chain)])
    }

    @Test func aFinalTransaction() async throws {
        let fixture = Self.fixture(block: 90)
        guard case .final(let transfers) = try await fixture.watch.lookUp(Self.transaction) else {
            Issue.record("not final")
            return
        }
        _ = await fixture.scanner.step()
        #expect(transfers == fixture.deposits && transfers.count == 1)
    }

    @Test func aPendingTransactionCountsItsConfirmations() async throws {
        guard case .pending(let transfers, let confirmations) = try await Self.fixture(block: 110).watch.lookUp(Self.transaction) else {
            Issue.record("not pending")
            return
        }
        #expect(transfers.map(\.amount.units) == [29_000_000] && confirmations == 11)
    }

    @Test func otherTransactions() async throws {
        let stranger = ScriptedChain.word(ScriptedChain.stranger)
        let elsewhere = [ScriptedChain.Log(topics: [TransferEvent.topic, stranger, stranger])]
        #expect(try await Self.fixture(block: 90).watch.lookUp(ScriptedChain.transaction(2)) == .notFound)
        #expect(try await Self.fixture(block: 90, isSuccess: false).watch.lookUp(Self.transaction) == .failed)
        #expect(try await Self.fixture(block: 110, isSuccess: false).watch.lookUp(Self.transaction) == .failed)
        #expect(try await Self.fixture(block: 90, elsewhere).watch.lookUp(Self.transaction) == .final([]))
    }

    @Test func aFinalTransactionNeedsItsWitness() async {
        let fixture = Self.fixture(block: 90)
        fixture.endpoints[1].chain.transactions = []
        await #expect { try await fixture.watch.lookUp(Self.transaction) } throws: {
            if case .disagreement? = $0 as? ScanFault { true } else { false }
        }
    }

    @Test func anInspectionTellsOfEveryEndpoint() async throws {
        var chain = ScriptedChain()
        chain.headSeconds -= 7
        var other = chain
        other.decimals = ScriptedChain.word(18)
        let silent = ScriptedEndpoint(chain) { method, parameters, id in
            parameters.contains("finalized") ? ScriptedEndpoint.error(-32_602, "invalid block number", id: id) : nil
        }
        let inspection = await ScanFixture([ScriptedEndpoint(chain), ScriptedEndpoint(other), silent]).watch.inspect()
        #expect(inspection.endpoints.map(\.name) == ["node.example#1", "node.example#2", "node.example#3"])
        let state = try inspection.endpoints[0].outcome.get()
        #expect(
            state
                == NetworkInspection.State(
                    chainID: 1, genesis: chain.hash(0), decimals: 6, head: 120, final: 100, ageMilliseconds: 7_000))
        #expect(throws: RPCFailure.self) { try inspection.endpoints[1].outcome.get() }
        #expect(try inspection.endpoints[2].outcome.get().final == nil)
        #expect(inspection.isOneChain)
    }
}
