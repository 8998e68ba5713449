/// A customer's secret: `nxr_` and 58 digits of base 32, which hold the account (16 bytes), a random part (16 bytes) and a checksum (4 bytes).
///
/// The account inside tells which wallet a request concerns before anything is read. The checksum refuses a mistyped or invented
/// secret without a look-up. Neither proves anything: only the keyed hash of the whole, compared with the stored one, does.
public struct KeySecret: Hashable, Sendable {
    public let account: AccountID
    /// The secret in full. Shown once to its owner, and never stored or logged.
    public let text: String

    private static let prefix = "nxr_"
    private static let digitCount = 58
    private static let byteCount = 36

    public init(account: AccountID, random generator: inout some RandomNumberGenerator) {
        var bytes: [UInt8] = []
        for word in [account.high, account.low, generator.next() as UInt64, generator.next() as UInt64] {
            bytes.append(contentsOf: word.bigEndianBytes)
        }
        bytes.append(contentsOf: UInt64(CRC32.checksum(of: bytes)).bigEndianBytes.suffix(4))
        self.account = account
        text = Self.prefix + Self.encode(bytes)
    }

    /// Reads a secret.
    /// - Returns: nil when its form or its checksum is wrong.
    public init?(_ text: String) {
        guard text.utf8.count == Self.prefix.utf8.count + Self.digitCount, text.hasPrefix(Self.prefix),
            let bytes = Self.decode(text.utf8.dropFirst(Self.prefix.utf8.count))
        else { return nil }
        let checksum = bytes[32..<36].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard CRC32.checksum(of: bytes[..<32]) == checksum else { return nil }
        account = AccountID(high: UInt64(bigEndianBytes: bytes[0..<8]), low: UInt64(bigEndianBytes: bytes[8..<16]))
        self.text = text
    }

    /// What may be shown to tell keys apart: the last four digits.
    public var displayPrefix: String { "\(Self.prefix)…\(text.suffix(4))" }

    private static func encode(_ bytes: [UInt8]) -> String {
        var digits: [UInt8] = []
        var accumulator: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            accumulator = accumulator << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                digits.append(Crockford.digits[Int(accumulator >> bits & 31)])
            }
            accumulator &= 1 << bits - 1
        }
        digits.append(Crockford.digits[Int(accumulator << (5 - bits) & 31)])
        return String(decoding: digits, as: UTF8.self)
    }

    private static func decode(_ digits: some Sequence<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount)
        var accumulator: UInt32 = 0
        var bits: UInt32 = 0
        for digit in digits {
            guard let value = Crockford.value(of: digit) else { return nil }
            accumulator = accumulator << 5 | UInt32(value)
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(accumulator >> bits & 0xFF))
            }
            accumulator &= 1 << bits - 1
        }
        // The two bits that are left over must be zero, so that one secret has one spelling.
        return bytes.count == byteCount && accumulator == 0 ? bytes : nil
    }
}

extension KeySecret: CustomStringConvertible, CustomDebugStringConvertible {
    /// Never the secret, so that a careless log line cannot leak it.
    public var description: String { displayPrefix }
    public var debugDescription: String { displayPrefix }
}

/// The keyed hash of a secret: all that is stored of it. 32 bytes, kept as four words so that a look-up allocates nothing.
public struct KeyHash: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// - Parameter bytes: exactly 32.
    public init(bytes: [UInt8]) {
        precondition(bytes.count == 32, "a key hash has 32 bytes")
        words = bytes.withUnsafeBytes { $0.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self) }
    }

    public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

    public func withUnsafeBytes<T>(_ body: (UnsafeRawBufferPointer) -> T) -> T { Swift.withUnsafeBytes(of: words, body) }

    public static func == (a: Self, b: Self) -> Bool { a.words == b.words }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
    }
}

/// The CRC-32 of IEEE 802.3, reflected, as in gzip.
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }

    static func checksum(of bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { crc, byte in crc >> 8 ^ table[Int((crc ^ UInt32(byte)) & 0xFF)] }
    }
}

extension UInt64 {
    var bigEndianBytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: self >> UInt64(56 - 8 * $0)) } }

    init(bigEndianBytes bytes: some Sequence<UInt8>) {
        self = bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
