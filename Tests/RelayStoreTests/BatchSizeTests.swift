import RelayDomain
import Testing

@testable import RelayStore

@Suite struct BatchSizeTests {
    private static func size(_ commands: Int, bytes: Int = 1_000) -> BatchSize {
        var limits = LedgerWriterLimits()
        limits.batch = commands
        limits.batchBytes = bytes
        return BatchSize(limits)
    }

    /// Endings that keep answers of so many bytes.
    private static func keeping(_ bytes: [Int]) -> [Command] {
        bytes.map { count in
            .end(
                HoldEnding(
                    request: StoreFixture.request(1), account: StoreFixture.account(1), outcome: .void, facts: ExchangeFacts(),
                    answer: .sealed([UInt8](repeating: 7, count: count)), at: StoreFixture.start))
        }
    }

    @Test("A batch is bounded by its commands and by the bytes of the answers that it keeps")
    func bounds() {
        let size = Self.size(4)
        #expect(size.count(of: []) == 0)
        #expect(size.count(of: Self.keeping([0, 0, 0])) == 3)
        #expect(size.count(of: Self.keeping([0, 0, 0, 0, 0])) == 4)
        #expect(size.count(of: Self.keeping([400, 600, 1])) == 2)
        #expect(size.count(of: Self.keeping([999, 2, 1])) == 1)
        // Larger than a batch by itself: it goes alone.
        #expect(size.count(of: Self.keeping([5_000, 1])) == 1)
        #expect(size.count(of: Self.keeping([1, 5_000])) == 1)
        #expect(size.count(of: [StoreFixture.admit(1, by: 1), StoreFixture.end(1, of: 1, .void)]) == 2)
    }

    @Test("A batch that fails twice in a row is halved until it succeeds, and success makes room for twice as much")
    func halving() {
        let waiting = Self.keeping([Int](repeating: 0, count: 300))
        var size = Self.size(256)
        size.failed(256)
        #expect(size.count(of: waiting) == 256 && !size.hasFailedAgain)
        var counts: [Int] = []
        while !size.isExhausted {
            size.failed(size.count(of: waiting))
            counts.append(size.count(of: waiting))
        }
        #expect(counts == [128, 64, 32, 16, 8, 4, 2, 1])
        size.failed(1)
        #expect(size.count(of: waiting) == 1 && size.isExhausted)
        size.succeeded()
        #expect(size.count(of: waiting) == 2 && !size.hasFailedAgain && !size.isExhausted)
        for _ in 0..<10 { size.succeeded() }
        #expect(size.count(of: waiting) == 256)
        // The size of what has failed counts, not what might have been taken.
        size.failed(10)
        size.failed(10)
        #expect(size.count(of: waiting) == 5)
    }
}
