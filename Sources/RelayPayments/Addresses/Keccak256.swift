/// Keccak-256 as Ethereum uses it: the sponge of FIPS 202 with the padding of the competition's entry, which is not SHA3-256's.
///
/// Swift Crypto has no such function, and the checksum of Ethereum's addresses (EIP-55) needs it: without it a mistyped address of the
/// operator would be believed, and money sent there is gone.
enum Keccak256 {
    /// Bytes that are taken in between two permutations.
    private static let rate = 136

    static func hash(_ message: some Collection<UInt8>) -> [UInt8] {
        var padded = Array(message)
        padded.append(0x01)
        padded.append(contentsOf: repeatElement(0, count: (rate - padded.count % rate) % rate))
        padded[padded.count - 1] |= 0x80
        var lanes = [UInt64](repeating: 0, count: 25)
        for block in stride(from: 0, to: padded.count, by: rate) {
            for index in 0..<rate {
                let byte = UInt64(padded[block + index])
                lanes[index / 8] ^= byte << UInt64(index % 8 * 8)
            }
            permute(&lanes)
        }
        return (0..<32).map { UInt8(truncatingIfNeeded: lanes[$0 / 8] >> UInt64($0 % 8 * 8)) }
    }

    private static func permute(_ lanes: inout [UInt64]) {
        for constant in roundConstants {
            // Theta: every bit takes in the parity of two columns.
            let parity = (0..<5).map { column in stride(from: column, to: 25, by: 5).reduce(0 as UInt64) { $0 ^ lanes[$1] } }
            for x in 0..<5 {
                let change = parity[(x + 4) % 5] ^ rotated(parity[(x + 1) % 5], by: 1)
                for y in 0..<5 { lanes[x + 5 * y] ^= change }
            }
            // Rho and pi: lanes are turned, and change places along one long cycle.
            var carried = lanes[1]
            for step in 0..<24 {
                let place = places[step]
                (lanes[place], carried) = (rotated(carried, by: turns[step]), lanes[place])
            }
            // Chi: the one step that is not linear.
            for y in stride(from: 0, to: 25, by: 5) {
                let row = Array(lanes[y..<y + 5])
                for x in 0..<5 {
                    let change = ~row[(x + 1) % 5] & row[(x + 2) % 5]
                    lanes[y + x] = row[x] ^ change
                }
            }
            lanes[0] ^= constant
        }
    }

    private static func rotated(_ lane: UInt64, by count: UInt64) -> UInt64 { lane << count | lane >> (64 - count) }

    private static let places = [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1]
    private static let turns: [UInt64] = [
        1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44,
    ]

    /// The bits of a linear feedback shift register over x^8 + x^6 + x^5 + x^4 + 1, as FIPS 202 (section 3.2.5) makes them.
    private static let roundConstants: [UInt64] = {
        var register: UInt8 = 1
        return (0..<24).map { _ in
            var constant: UInt64 = 0
            for power in 0..<7 {
                if register & 1 == 1 { constant |= (1 as UInt64) << UInt64((1 << power) - 1) }
                register = register & 0x80 == 0 ? register << 1 : register << 1 ^ 0x71
            }
            return constant
        }
    }()
}
