import RelayDomain
import RelayTestKit
import Testing

@testable import RelayStore

@Suite struct RateWindowCodingTests {
    private func decoded(_ bytes: [UInt8]) throws -> RateWindow { try bytes.withUnsafeBufferPointer(RateWindowCoding.decode) }

    @Test("What was written is read back, in a few hundred bytes")
    func roundTrip() throws {
        var random = SeededGenerator()
        print("seed \(random.seed)")
        for _ in 0..<500 {
            var first = Int64(1_800_000_000_000)
            let marks = (0..<Int.random(in: 0...RateWindow.markLimit, using: &random)).map { _ in
                first += .random(in: 1_000...60_000, using: &random)
                return RateWindow.Mark(
                    first: first, last: first + .random(in: 0...999, using: &random), count: .random(in: 1...100_000, using: &random))
            }
            var bytes: [UInt8] = []
            RateWindowCoding.encode(RateWindow(marks: marks), to: &bytes)
            #expect(bytes.count <= 8 + RateWindow.markLimit * 8)
            #expect(try decoded(bytes) == RateWindow(marks: marks), "seed \(random.seed)")
        }
    }

    @Test("What was not written so is corrupt, never a crash")
    func corrupt() {
        for bytes in [[0x80], [1, 2], [1, 2, 0x80], [UInt8](repeating: 0xFF, count: 40), [UInt8](repeating: 0x80, count: 12) + [1, 1]] {
            #expect(throws: StoreFailure.self) { try decoded(bytes) }
        }
    }
}
