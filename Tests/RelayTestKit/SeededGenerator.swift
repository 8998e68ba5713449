import Foundation

/// SplitMix64 from a seed that a failing test prints. `NEXRELAY_TEST_SEED` repeats a run.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    public let seed: UInt64
    private var state: UInt64

    public init() {
        seed = ProcessInfo.processInfo.environment["NEXRELAY_TEST_SEED"].flatMap(UInt64.init) ?? .random(in: .min ... .max)
        state = seed
    }

    public init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// A generator of its own for each round of a test, from the same seed.
    public func round(_ number: Int) -> SeededGenerator {
        var generator = self
        generator.state ^= UInt64(number) &* 0xD1B5_4A32_D192_ED03
        generator.state = generator.next()
        return generator
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
