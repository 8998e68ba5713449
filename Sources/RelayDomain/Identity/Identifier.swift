/// Names a kind of identifier and its prefix.
public protocol IdentifierKind: Sendable {
    static var prefix: String { get }
}

public enum AccountKind: IdentifierKind { public static let prefix = "acc_" }
public enum KeyKind: IdentifierKind { public static let prefix = "key_" }
public enum RequestKind: IdentifierKind { public static let prefix = "req_" }
public enum OrderKind: IdentifierKind { public static let prefix = "rch_" }
public enum AdjustmentKind: IdentifierKind { public static let prefix = "adj_" }

/// An account and its one wallet.
public typealias AccountID = Identifier<AccountKind>
/// A customer's secret, by its public name.
public typealias KeyID = Identifier<KeyKind>
/// One request, its hold and its receipt.
public typealias RequestID = Identifier<RequestKind>
/// A recharge order.
public typealias OrderID = Identifier<OrderKind>
/// An operator's correction of a wallet, and its transfer.
public typealias AdjustmentID = Identifier<AdjustmentKind>

/// 128 bits that grow with time: 48 of milliseconds, then 80 random ones. Written as a prefix and 26 digits of Crockford's base 32.
///
/// Ids that grow keep the database's B-trees fast, and a list by id is a list by time. What compares and hashes is inlinable, since
/// other modules keep them in dictionaries on the ledger's path.
@frozen
public struct Identifier<Kind: IdentifierKind>: Hashable, Comparable, Sendable {
    public let high: UInt64
    public let low: UInt64

    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    public init(at time: Timestamp, random generator: inout some RandomNumberGenerator) {
        let first = generator.next()
        self.init(high: UInt64(truncatingIfNeeded: time.milliseconds) << 16 | first & 0xFFFF, low: generator.next())
    }

    @inlinable
    public static func == (a: Self, b: Self) -> Bool { a.high == b.high && a.low == b.low }

    @inlinable
    public static func < (a: Self, b: Self) -> Bool { a.high == b.high ? a.low < b.low : a.high < b.high }

    @inlinable
    public func hash(into hasher: inout Hasher) {
        hasher.combine(high)
        hasher.combine(low)
    }
}

extension Identifier: CustomStringConvertible {
    /// `req_01KAS6Q5V0…`: the form in headers, JSON and the database.
    public var description: String { IdentifierText.write(prefix: Kind.prefix, high: high, low: low) }

    /// Reads ``description``; nil for anything that it would not write.
    public init?(_ text: String) {
        var text = text
        guard let id = text.withUTF8({ Self(utf8: $0) }) else { return nil }
        self = id
    }

    /// Reads the bytes of ``description``.
    public init?(utf8 text: UnsafeBufferPointer<UInt8>) {
        guard let (high, low) = IdentifierText.read(text, prefix: Kind.prefix) else { return nil }
        self.init(high: high, low: low)
    }

    /// Appends the bytes of ``description``.
    public func write(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: Kind.prefix.utf8)
        IdentifierText.writeDigits(high: high, low: low) { bytes.append(contentsOf: $0) }
    }
}

/// The text of identifiers of any kind, in one place that is not generic.
enum IdentifierText {
    private static let digitCount = 26

    static func write(prefix: String, high: UInt64, low: UInt64) -> String {
        writeDigits(high: high, low: low) { digits in
            String(unsafeUninitializedCapacity: prefix.utf8.count + digitCount) { bytes in
                let (_, end) = bytes.initialize(from: prefix.utf8)
                _ = UnsafeMutableBufferPointer(rebasing: bytes[end...]).initialize(from: digits)
                return end + digitCount
            }
        }
    }

    static func writeDigits<T>(high: UInt64, low: UInt64, _ body: (UnsafeBufferPointer<UInt8>) -> T) -> T {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: digitCount) { digits in
            Crockford.digits.withUnsafeBufferPointer { alphabet in
                var value = UInt128(high) << 64 | UInt128(low)
                for digit in (0..<digitCount).reversed() {
                    digits[digit] = alphabet[Int(truncatingIfNeeded: value) & 31]
                    value >>= 5
                }
            }
            return body(UnsafeBufferPointer(digits))
        }
    }

    static func read(_ bytes: UnsafeBufferPointer<UInt8>, prefix: String) -> (high: UInt64, low: UInt64)? {
        guard bytes.count == prefix.utf8.count + digitCount, bytes.starts(with: prefix.utf8) else { return nil }
        var value: UInt128 = 0
        for index in prefix.utf8.count..<bytes.count {
            // 26 digits have 130 bits: the first may only use three of its five.
            guard let digit = Crockford.value(of: bytes[index]), index > prefix.utf8.count || digit < 8 else { return nil }
            value = value << 5 | UInt128(digit)
        }
        return (UInt64(truncatingIfNeeded: value >> 64), UInt64(truncatingIfNeeded: value))
    }
}

/// Crockford's base 32 in lower case: no `i`, `l`, `o`, `u`.
enum Crockford {
    static let digits: [UInt8] = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()

    static func value(of digit: UInt8) -> UInt8? {
        let value = values[Int(digit)]
        return value == 0xFF ? nil : value
    }
}
