import Foundation

/// The vector of an input: its numbers are drawn from what the input is, so that equal inputs have equal vectors, and its norm is 1.
struct EmbeddingVector: Equatable, Sendable {
    let numbers: [Float]

    init(of input: TextOrTokens, dimensions: Int) {
        var mixer = NumberMixer(seed: Self.seed(input))
        // 53 bits are what a double holds; the division makes them lie from -1 to 1.
        let drawn = (0..<dimensions).map { _ in Double(mixer.next() >> 11) / Double(1 << 52) - 1 }
        let norm = drawn.reduce(0) { $0 + $1 * $1 }.squareRoot()
        numbers = drawn.map { Float($0 / norm) }
    }

    /// The numbers' 32-bit forms, the least significant byte first, in base64.
    var base64: String {
        var bytes = Data(capacity: numbers.count * 4)
        for number in numbers { withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) } }
        return bytes.base64EncodedString()
    }

    private static func seed(_ input: TextOrTokens) -> UInt64 {
        switch input {
        case .text(let text): text.utf8.reduce(hashStart) { step($0, UInt64($1)) }
        case .tokens(let tokens): tokens.reduce(hashStart) { step($0, UInt64(bitPattern: Int64($1))) }
        }
    }

    // FNV-1a, by words instead of bytes.
    private static let hashStart: UInt64 = 0xcbf2_9ce4_8422_2325
    private static func step(_ hash: UInt64, _ word: UInt64) -> UInt64 { (hash ^ word) &* 0x100_0000_01b3 }
}
