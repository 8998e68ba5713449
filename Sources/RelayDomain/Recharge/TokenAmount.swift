/// An amount of a token on a chain: a whole number of its smallest units. How many of them make one token is the contract's `decimals`.
///
/// Eighteen decimals of ninety-nine dollars pass 64 bits, so there are 128.
public struct TokenAmount: Hashable, Comparable, Sendable {
    public let units: UInt128

    public init(units: UInt128) {
        self.units = units
    }

    public static let zero = TokenAmount(units: 0)

    public static func < (a: TokenAmount, b: TokenAmount) -> Bool { a.units < b.units }

    /// A sum that stops at the greatest amount, and a difference that stops at zero: for totals of what strangers have sent.
    public func adding(_ more: TokenAmount) -> TokenAmount {
        let (sum, overflow) = units.addingReportingOverflow(more.units)
        return overflow ? TokenAmount(units: .max) : TokenAmount(units: sum)
    }

    public func less(_ other: TokenAmount) -> TokenAmount { units > other.units ? TokenAmount(units: units - other.units) : .zero }

    /// Contracts with more decimals than this are not believed.
    public static let greatestDecimals = 18
    /// One credit is a millionth of a dollar, and is counted in thousandths.
    private static let decimalsOfThousandths = 9

    /// What a price comes to at one dollar a token, rounded up to a whole unit.
    public init(price: Credits, decimals: Int) {
        let thousandths = UInt128(max(price.thousandths, 0))
        if decimals >= Self.decimalsOfThousandths {
            units = thousandths * Self.power(decimals - Self.decimalsOfThousandths)
        } else {
            let divisor = Self.power(Self.decimalsOfThousandths - decimals)
            units = (thousandths + divisor - 1) / divisor
        }
    }

    /// The credits that it buys at one dollar a token, rounded down to a thousandth.
    /// - Returns: nil for more than any entry may name.
    public func faceValue(decimals: Int) -> Credits? {
        let limit = UInt128(Credits.limit.thousandths)
        let thousandths: UInt128
        if decimals >= Self.decimalsOfThousandths {
            thousandths = units / Self.power(decimals - Self.decimalsOfThousandths)
        } else {
            let factor = Self.power(Self.decimalsOfThousandths - decimals)
            guard units <= limit / factor else { return nil }
            thousandths = units * factor
        }
        return thousandths <= limit ? Credits(thousandths: Int64(thousandths)) : nil
    }

    /// A decimal number of tokens, at least two decimals and no further trailing zero: `29.00`, `8.9999`.
    public func decimal(_ decimals: Int) -> String {
        let (whole, rest) = units.quotientAndRemainder(dividingBy: Self.power(decimals))
        guard decimals > 0 else { return "\(whole)" }
        var digits = String(String(rest + Self.power(decimals)).dropFirst())
        while digits.hasSuffix("0"), digits.utf8.count > 2 { digits.removeLast() }
        return "\(whole).\(digits)"
    }

    /// Reads what ``decimal(_:)`` writes, with any number of decimals up to `decimals`.
    /// - Returns: nil for anything else, and for what 128 bits do not hold.
    public init?(decimal text: some StringProtocol, decimals: Int) {
        let parts = String(text).split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : ""
        guard let whole = parts.first, !whole.isEmpty, fraction.utf8.count <= decimals, parts.count == 1 || !fraction.isEmpty,
            whole.utf8.allSatisfy(\.isDigit), fraction.utf8.allSatisfy(\.isDigit),
            let units = UInt128("\(whole)\(fraction)\(String(repeating: "0", count: decimals - fraction.utf8.count))")
        else { return nil }
        self.units = units
    }

    private static func power(_ exponent: Int) -> UInt128 {
        (0..<max(exponent, 0)).reduce(UInt128(1)) { product, _ in product * 10 }
    }
}

extension TokenAmount: CustomStringConvertible {
    /// The units in decimal digits: the form in the database.
    public var description: String { String(units) }

    /// Reads ``description``.
    public init?(_ text: String) {
        guard !text.isEmpty, text.utf8.allSatisfy(\.isDigit), let units = UInt128(text) else { return nil }
        self.units = units
    }
}
