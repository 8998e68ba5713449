import RelayDomain
import RelayMetrics
import RelayStore
import RelayTestKit
import Testing

@testable import RelayPayments

/// Anybody can put a payment to us into a transaction, or a block, that no endpoint gives whole: it must not stop the scan, and nothing of it
/// is credited by itself.
@Suite struct LargeTransactionTests {
    private typealias Log = ScriptedChain.Log

    private static let large = ScriptedChain.transaction(1)
    private static let fine = ScriptedChain.transaction(2)

    /// A large transaction with two payments, after somebody else's, and a payment of another transaction in the same block.
    private static var chain: ScriptedChain {
        var chain = ScriptedChain()
        let stranger = ScriptedChain.word(ScriptedChain.stranger)
        let ours = ScriptedChain.word(ScriptedChain.ours)
        chain.pay(
            [
                Log(topics: [TransferEvent.topic, stranger, stranger]), Log(data: ScriptedChain.word(1)), Log(data: ScriptedChain.word(1)),
                Log(topics: [TransferEvent.topic, ours, stranger], data: ScriptedChain.word(2)),
            ], in: 90)
        chain.pay(in: 90)
        return chain
    }

    private static func tooLarge(_ method: String, _ parameters: String) throws(TransportFault) {
        if method == "eth_getTransactionReceipt", parameters.contains(large) { throw .tooLarge }
    }

    private static let withoutReceipt: ScriptedEndpoint.Say = { method, parameters, _ throws(TransportFault) -> RPCAnswer? in
        try tooLarge(method, parameters)
        return nil
    }

    private static let withoutLogs: ScriptedEndpoint.Say = { method, _, id in
        method == "eth_getLogs" ? ScriptedEndpoint.error(-32_005, "query returned more than 10000 results", id: id) : nil
    }

    private static let withoutBoth: ScriptedEndpoint.Say = { method, parameters, id throws(TransportFault) -> RPCAnswer? in
        try tooLarge(method, parameters)
        return try withoutLogs(method, parameters, id)
    }

    private static func fixture(_ says: ScriptedEndpoint.Say?...) -> ScanFixture {
        ScanFixture(says.map { ScriptedEndpoint(chain, say: $0) })
    }

    private func alarms(_ fixture: ScanFixture) -> [String] { fixture.lines.all.filter { $0.hasPrefix("critical") } }

    @Test(arguments: [[true], [true, true], [true, false], [false, true]])
    func aReceiptThatIsTooLargeIsReplacedByLogsAndDoubted(tooLarge: [Bool]) async {
        let fixture = ScanFixture(tooLarge.map { ScriptedEndpoint(Self.chain, say: $0 ? Self.withoutReceipt : nil) })
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 100))
        let ids = [1, 2].map {
            DepositID(network: .ethereum, transaction: Self.large, ordinal: TransferReading.firstIndexOrdinal + $0)
        }
        let doubtful = fixture.deposits.filter(\.isDoubtful)
        #expect(doubtful.map(\.id) == ids && doubtful.map(\.amount.units) == [1, 1])
        #expect(doubtful.allSatisfy { $0.at == Timestamp(milliseconds: (Self.chain.headSeconds - 90) * 1_000) && $0.block == 90 })
        #expect(fixture.deposits.filter { !$0.isDoubtful }.map(\.id.transaction) == [Self.fine])
        #expect(fixture.book.state.sweeps.values.map(\.amount.units) == [2])
        #expect(alarms(fixture).count == 1 && alarms(fixture)[0].contains(Self.large))
        #expect(fixture.registry.text().contains(#"nexrelay_chain_doubtful_total{network="ethereum"} 1"#))
        // When it can be read, while blocks are looked at again, it does not come a second time, under its other name.
        for endpoint in fixture.endpoints {
            endpoint.set(say: nil)
            (endpoint.chain.head, endpoint.chain.final) = (122, 102)
        }
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 102))
        #expect(fixture.deposits.count == 3 && alarms(fixture).count == 1)
    }

    /// An error of another kind is the endpoint's failure, and the payment is read when it is over.
    @Test func aReceiptThatFailsIsNotDoubted() async {
        for (code, message) in [(-32_000, "transaction index out of range"), (-32_005, "limit exceeded"), (-32_603, "internal error")] {
            let fixture = Self.fixture { method, _, id in
                method == "eth_getTransactionReceipt" ? ScriptedEndpoint.error(code, message, id: id) : nil
            }
            guard case .failed = await fixture.scanner.step() else {
                Issue.record("\(message)")
                continue
            }
            fixture.endpoints[0].set(say: nil)
            var outcome = await fixture.later()
            while case .behind = outcome { outcome = await fixture.scanner.step() }
            #expect(outcome == .caughtUp(cursor: 100))
            #expect(fixture.deposits.map(\.isDoubtful) == [false, false, false])
        }
    }

    @Test func aBlockWhoseLogsAreTooManyIsReadByItsTransactions() async {
        let fixture = Self.fixture(Self.withoutLogs, nil)
        var outcome = await fixture.scanner.step()
        while case .behind = outcome { outcome = await fixture.scanner.step() }
        #expect(outcome == .caughtUp(cursor: 100))
        #expect(fixture.deposits.map(\.id.transaction).sorted() == [Self.large, Self.large, Self.fine].sorted())
        #expect(fixture.deposits.filter(\.isDoubtful).isEmpty && fixture.book.state.sweeps.count == 1)
        #expect(alarms(fixture).isEmpty)
    }

    @Test func whatOneEndpointAloneCanReadOfSuchABlockIsDoubted() async {
        let fixture = Self.fixture(Self.withoutBoth, Self.withoutLogs)
        var outcome = await fixture.scanner.step()
        while case .behind = outcome { outcome = await fixture.scanner.step() }
        #expect(outcome == .caughtUp(cursor: 100))
        #expect(fixture.deposits.filter(\.isDoubtful).map(\.id.ordinal) == [1, 2])
        #expect(fixture.deposits.filter { !$0.isDoubtful }.map(\.id.transaction) == [Self.fine])
        #expect(alarms(fixture).count == 1)
    }

    @Test func whatNobodyCanReadIsPassedOverWithAnAlarm() async {
        let fixture = Self.fixture(Self.withoutBoth, Self.withoutBoth)
        var outcome = await fixture.scanner.step()
        while case .behind = outcome { outcome = await fixture.scanner.step() }
        #expect(outcome == .caughtUp(cursor: 100))
        #expect(fixture.deposits.map(\.id.transaction) == [Self.fine])
        #expect(alarms(fixture).count == 1 && alarms(fixture)[0].contains(Self.large))
    }

    /// Who asks for it, again and again, puts no endpoint aside.
    @Test func aLargeTransactionCanBeAskedForAndHurtsNobody() async {
        let fixture = Self.fixture(Self.withoutReceipt, Self.withoutReceipt)
        for _ in 0..<3 { await #expect(throws: ScanFault.self) { try await fixture.watch.lookUp(Self.large) } }
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 100))
    }

    @Test func aLargeTransactionHidesNoOtherThatComes() async {
        let fixture = Self.fixture(Self.withoutReceipt)
        for index in 0..<2 { fixture.endpoints[0].chain.transactions[index].block = 110 }
        #expect(await fixture.scanner.step() == .caughtUp(cursor: 100))
        #expect(fixture.book.state.sightings.map(\.transfer.id.transaction) == [Self.fine])
    }
}
