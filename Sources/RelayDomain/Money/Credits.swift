/// An amount of money, exact: whole thousandths of a credit in 64 bits.
///
/// One credit is the price of one token at $1.00 per 1,000,000 tokens, so 1,000,000 credits are one US dollar.
/// There is no floating point anywhere near it, and every operation that leaves the range of `Int64` traps in tests
/// and is made impossible in production by the limits of ``TokenLimit`` and ``Credits/limit``.
public struct Credits: Hashable, Comparable, Sendable {
    /// The amount in thousandths of a credit.
    public let thousandths: Int64

    public init(thousandths: Int64) {
        self.thousandths = thousandths
    }

    /// A whole number of credits.
    public init(_ credits: Int64) {
        self.init(thousandths: credits * 1_000)
    }

    public static let zero = Credits(thousandths: 0)

    /// The largest amount that a single entry may name: one billion dollars. Sums of thousands of such entries still fit.
    public static let limit = Credits(1_000_000_000_000_000)

    public var isNegative: Bool { thousandths < 0 }

    public static func + (a: Credits, b: Credits) -> Credits { Credits(thousandths: a.thousandths + b.thousandths) }
    public static func - (a: Credits, b: Credits) -> Credits { Credits(thousandths: a.thousandths - b.thousandths) }
    public static func += (a: inout Credits, b: Credits) { a = a + b }
    public static func -= (a: inout Credits, b: Credits) { a = a - b }
    public static func < (a: Credits, b: Credits) -> Bool { a.thousandths < b.thousandths }
}

extension Credits: CustomStringConvertible {
    /// Credits with up to three decimals and no trailing zero: `125000`, `0.25`, `-1.5`. Valid as a JSON number.
    public var description: String {
        let magnitude = thousandths.magnitude
        let sign = thousandths < 0 ? "-" : ""
        let fraction = magnitude % 1_000
        guard fraction != 0 else { return "\(sign)\(magnitude / 1_000)" }
        var digits = String(fraction + 1_000).dropFirst()
        while digits.hasSuffix("0") { digits = digits.dropLast() }
        return "\(sign)\(magnitude / 1_000).\(digits)"
    }

    /// Reads what ``description`` writes: an optional sign, digits, and up to three decimals.
    /// - Returns: nil for anything else, and for amounts beyond ``limit`` in either direction.
    public init?(text: some StringProtocol) {
        var digits = Substring(text)
        let isNegative = digits.hasPrefix("-")
        if isNegative { digits = digits.dropFirst() }
        let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty, whole.utf8.count <= 16, whole.utf8.allSatisfy(\.isDigit) else { return nil }
        var fraction: Int64 = 0
        if parts.count == 2 {
            guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy(\.isDigit) else { return nil }
            fraction = Int64(parts[1] + String(repeating: "0", count: 3 - parts[1].utf8.count))!
        }
        guard let credits = Int64(whole), credits <= Credits.limit.thousandths / 1_000 else { return nil }
        let magnitude = credits * 1_000 + fraction
        guard magnitude <= Credits.limit.thousandths else { return nil }
        self.init(thousandths: isNegative ? -magnitude : magnitude)
    }

    /// US dollars, rounded half away from zero to four decimals and never fewer than two: `29.00`, `0.1250`, `-1.50`.
    /// For people; the exact figure is ``description``.
    public var usd: String {
        let tenThousandths = (thousandths.magnitude + 50_000) / 100_000
        let sign = thousandths < 0 && tenThousandths > 0 ? "-" : ""
        var digits = String(tenThousandths % 10_000 + 10_000).dropFirst()
        if digits.hasSuffix("00") { digits = digits.dropLast(2) }
        return "\(sign)\(tenThousandths / 10_000).\(digits)"
    }
}

extension UInt8 {
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
}
