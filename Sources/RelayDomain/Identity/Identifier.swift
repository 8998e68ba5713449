/// Names a kind of identifier and its prefix.
public protocol IdentifierKind: Sendable {
    static var prefix: String { get }
}

public enum AccountKind: IdentifierKind { public static let prefix = "acc_" }
public enum KeyKind: IdentifierKind { public static let prefix = "key_" }
public enum RequestKind: IdentifierKind { public static let prefix = "req_" }
public enum OrderKind: IdentifierKind { public static let prefix = "rch_" }

/// An account and its one wallet.
public typealias AccountID = Identifier<AccountKind>
/// A customer's secret, by its public name.
public typealias KeyID = Identifier<KeyKind>
/// One request, its hold and its receipt.
public typealias RequestID = Identifier<RequestKind>
/// A recharge order.
public typealias OrderID = Identifier<OrderKind>

/// 128 bits that grow with time: 48 of milliseconds, then 80 random ones. Written as a prefix and 26 digits of Crockford's base 32.
///
/// Ids that grow keep the database's B-trees fast, and a list by id is a list by time.
public struct Identifier<Kind: IdentifierKind>: Hashable, Comparable, Sendable {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    public init(at time: Timestamp, random generator: inout some RandomNumberGenerator) {
        let first = generator.next()
        self.init(high: UInt64(truncatingIfNeeded: time.milliseconds) << 16 | first & 0xFFFF, low: generator.next())
    }

    public static func < (a: Self, b: Self) -> Bool { (a.high, a.low) < (b.high, b.low) }
}

extension Identifier: CustomStringConvertible {
    /// `req_01KAS6Q5V0…`: the form in headers, JSON and the database.
    public var description: String {
        let prefix = Kind.prefix
        return String(unsafeUninitializedCapacity: 30) { bytes in
            var count = 0
            for byte in prefix.utf8 {
                bytes[count] = byte
                count += 1
            }
            let value = UInt128(high) << 64 | UInt128(low)
            for digit in 0..<26 {
                bytes[count + digit] = Crockford.digits[Int(truncatingIfNeeded: value >> UInt128(5 * (25 - digit))) & 31]
            }
            return count + 26
        }
    }

    /// Reads ``description``; nil for anything that it would not write.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count == Kind.prefix.utf8.count + 26, text.hasPrefix(Kind.prefix) else { return nil }
        var value: UInt128 = 0
        for (index, byte) in text.utf8.dropFirst(Kind.prefix.utf8.count).enumerated() {
            guard let digit = Crockford.value(of: byte), index > 0 || digit < 8 else { return nil }
            value = value << 5 | UInt128(digit)
        }
        self.init(high: UInt64(truncatingIfNeeded: value >> 64), low: UInt64(truncatingIfNeeded: value))
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
