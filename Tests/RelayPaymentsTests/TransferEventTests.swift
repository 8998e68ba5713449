import RelayDomain
import Testing

@testable import RelayPayments

@Suite struct TransferEventTests {
    private static let contract = ChainAddress(ScriptedChain.contract, on: .ethereum)!
    private static let topics = ScriptedChain.Log().topics

    private func event(
        address: String = ScriptedChain.contract, topics: [String] = TransferEventTests.topics,
        data: String = ScriptedChain.word(29_000_000)
    ) throws(UnreadableTransfer) -> TransferEvent? {
        try TransferEvent.read(EventLog(address: ChainAddress(hexadecimal: address)!, topics: topics, data: data), of: Self.contract)
    }

    @Test func aTransferIsRead() throws {
        let event = try event()
        #expect(event?.sender.text(on: .ethereum) == ScriptedChain.stranger)
        #expect(event?.recipient.text(on: .ethereum) == ScriptedChain.ours)
        #expect(event?.amount == TokenAmount(units: 29_000_000))
    }

    @Test func whatIsNoTransferOfTheTokenIsPassedOver() throws {
        let approval = "0x8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b291e5b200ac8c7c3b925f"
        #expect(try event(address: "0xdac17f958d2ee523a2206206994597c13d831ec8") == nil)
        #expect(try event(address: "0xdac17f958d2ee523a2206206994597c13d831ec8", data: "0x") == nil)
        #expect(try event(topics: [approval] + Self.topics.dropFirst()) == nil)
        #expect(try event(topics: Self.topics + [ScriptedChain.word(7)]) == nil)
        #expect(try event(topics: Array(Self.topics.prefix(2))) == nil)
        #expect(try event(topics: []) == nil)
        #expect(try event(data: ScriptedChain.word(0 as UInt128)) == nil)
    }

    @Test func aTransferThatCannotBeReadIsNotPassedOver() {
        for data in ["0x", "0x01", ScriptedChain.word(1) + String(repeating: "0", count: 64), "0x" + String(repeating: "g", count: 64)] {
            #expect(throws: UnreadableTransfer.self) { try event(data: data) }
        }
        // Something beside the address in its word.
        let words = [(1, 2), (2, 1)].map { [Self.topics[0], "0x01" + Self.topics[$0.0].dropFirst(4), Self.topics[$0.1]] }
        for topics in words { #expect(throws: UnreadableTransfer.self) { try event(topics: topics) } }
    }

    @Test func anAbsurdAmountIsCutAndItsFaceValueIsNone() throws {
        let amount = try #require(try event(data: "0x" + String(repeating: "f", count: 64))).amount
        #expect(amount == TokenAmount(units: Word.greatest))
        #expect(amount.faceValue(decimals: 6) == nil)
        #expect(amount.adding(amount).units == 2 * Word.greatest)
        let all = (0..<300).reduce(TokenAmount.zero) { sum, _ in sum.adding(amount) }
        #expect(all.units == .max)
    }

    @Test func backOffsGrowWithinBounds() {
        var backOff = BackOff()
        #expect(backOff.isOver(at: 0))
        var last: Int64 = 0
        for number in 0..<100 {
            backOff.failed(at: 0) { $0 - 1 }
            #expect(backOff.until >= last && backOff.until <= BackOff.greatestMilliseconds)
            #expect(!backOff.isOver(at: backOff.until - 1) && backOff.isOver(at: backOff.until))
            if number == 0 { #expect(backOff.until == BackOff.firstMilliseconds) }
            last = backOff.until
        }
        #expect(last == BackOff.greatestMilliseconds)
        var soonest = BackOff()
        soonest.failed(at: 10) { _ in 0 }
        #expect(soonest.until == 10 + BackOff.firstMilliseconds / 2)
        backOff.succeeded()
        #expect(backOff.isOver(at: 0))
    }

    @Test func spansCoverEveryBlockOnce() throws {
        var (cursor, size, covered) = (Int64(0), SpanSize(), Int64(0))
        while let span = Span(after: cursor, to: 12_345, size: size, floor: 0, isFirst: false) {
            #expect(span.blocks.lowerBound == covered + 1)
            covered = span.end
            cursor = span.end
            size.grow()
            #expect(size.blocks <= SpanSize.greatest)
        }
        #expect(covered == 12_345)
    }

    @Test func aLookReachesBackButNeverBeforeTheFirstScan() throws {
        let size = SpanSize()
        #expect(Span(after: 100, to: 200, size: size, floor: 0, isFirst: true)?.blocks == 101 - Span.overlap...200)
        #expect(Span(after: 100, to: 200, size: size, floor: 98, isFirst: true)?.blocks == 99...200)
        #expect(Span(after: 100, to: 200, size: size, floor: 100, isFirst: true)?.blocks == 101...200)
        #expect(Span(after: 100, to: 200, size: size, floor: 150, isFirst: true)?.blocks == 101...200)
        #expect(Span(after: 100, to: 100, size: size, floor: 0, isFirst: true) == nil)
        #expect(Span(after: 100, to: 90, size: size, floor: 0, isFirst: true) == nil)
        var one = size
        while one.halve() {}
        #expect(one.blocks == 1)
        #expect(Span(after: 100, to: 200, size: one, floor: 0, isFirst: true)?.blocks == 101...101)
    }

    @Test func spansOfFarBlocksDoNotTrap() {
        #expect(Span(after: .max - 10, to: .max, size: SpanSize(), floor: 0, isFirst: false)?.end == .max)
    }

    @Test func addressesAreAskedForInBoundedFilters() {
        let addresses = (0..<250).map { ChainAddress(bytes: [UInt8](repeating: 0, count: 18) + [UInt8($0 / 256), UInt8($0 % 256)])! }
        let queries = LogQuery.all(of: Self.contract, addresses: addresses, in: 1...2)
        #expect(queries.count == 6)
        for direction in LogQuery.Direction.allCases {
            #expect(queries.filter { $0.direction == direction }.flatMap(\.addresses) == addresses)
        }
        #expect(queries.allSatisfy { $0.addresses.count <= 100 })
    }
}
