/// What is kept of a password: scrypt's output (RFC 7914), and with it everything that it takes to make it again, so that the cost can rise
/// while older hashes go on being good.
public struct PasswordHash: Hashable, Sendable {
    /// What one hash costs: 128 · 2^`logRounds` · `blockSize` bytes, and time in proportion.
    public struct Cost: Hashable, Sendable {
        public let logRounds: Int
        public let blockSize: Int
        public let parallelism: Int

        public init(logRounds: Int, blockSize: Int, parallelism: Int) {
            self.logRounds = logRounds
            self.blockSize = blockSize
            self.parallelism = parallelism
        }

        /// 128 MiB: OWASP's first choice ("Password Storage Cheat Sheet").
        public static let standard = Cost(logRounds: 17, blockSize: 8, parallelism: 1)

        public var rounds: Int { 1 << logRounds }

        /// What a stored hash may ask for: a row that is wrong must not take all memory.
        var isBearable: Bool { (1...20).contains(logRounds) && (1...16).contains(blockSize) && (1...4).contains(parallelism) }
    }

    public static let saltBytes = 16
    public static let keyBytes = 32

    public let cost: Cost
    public let salt: [UInt8]
    public let key: [UInt8]

    /// - Precondition: 16 bytes of salt, 32 of key.
    public init(cost: Cost, salt: [UInt8], key: [UInt8]) {
        precondition(salt.count == Self.saltBytes && key.count == Self.keyBytes)
        self.cost = cost
        self.salt = salt
        self.key = key
    }

    /// `scrypt$17$8$1$<salt>$<key>`, both in hexadecimal.
    public var text: String {
        "scrypt$\(cost.logRounds)$\(cost.blockSize)$\(cost.parallelism)$\(HexadecimalText.write(salt))$\(HexadecimalText.write(key))"
    }

    /// Reads ``text``; nil for anything that it would not write, or that would cost too much.
    public init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "scrypt", let logRounds = Int(parts[1]), let blockSize = Int(parts[2]),
            let parallelism = Int(parts[3]), let salt = HexadecimalText.read(parts[4]), let key = HexadecimalText.read(parts[5]),
            salt.count == Self.saltBytes, key.count == Self.keyBytes
        else { return nil }
        let cost = Cost(logRounds: logRounds, blockSize: blockSize, parallelism: parallelism)
        guard cost.isBearable else { return nil }
        self.init(cost: cost, salt: salt, key: key)
    }

    /// Whether `other` is the same key, in a time that does not depend on where they differ.
    public func matches(_ other: [UInt8]) -> Bool {
        guard other.count == key.count else { return false }
        return zip(key, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

extension PasswordHash: CustomStringConvertible {
    /// Never the hash: who has it can try passwords on it.
    public var description: String { "a password's hash" }
}

/// Bytes as hexadecimal digits in lower case.
public enum HexadecimalText {
    public static func write(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// - Returns: nil for anything else.
    public static func read(_ text: Substring) -> [UInt8]? {
        var digits: [UInt8] = []
        for digit in text.utf8 {
            switch digit {
            case 0x30...0x39: digits.append(digit - 0x30)
            case 0x61...0x66: digits.append(digit - 0x61 + 10)
            default: return nil
            }
        }
        guard digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
