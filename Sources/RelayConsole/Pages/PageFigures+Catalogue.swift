import RelayDomain

/// Figures of plans and prices as people read them.
extension PageFigures {
    /// `3M`, `1.5M`, `32K`; nil for a number that is not round. K is 1,000 and M is 1,000,000.
    static func short(_ number: Int64) -> String? {
        let (thousand, million): (Int64, Int64) = (1_000, 1_000_000)
        if number >= million, number % (million / 10) == 0 {
            let tenths = number % million / (million / 10)
            return grouped(number / million) + (tenths > 0 ? ".\(tenths)" : "") + "M"
        }
        return number >= thousand && number % thousand == 0 ? grouped(number / thousand) + "K" : nil
    }

    /// A number in both forms: `exact` always, `short` or false.
    static func count(_ number: Int64) -> [String: Any] {
        ["exact": grouped(number), "short": short(number) ?? false]
    }

    /// `$9`, `$12.50`.
    static func dollars(_ credits: Credits) -> String {
        let text = fullDollars(credits)
        return text.hasSuffix(".00") ? String(text.dropLast(3)) : text
    }

    /// `$9.00`, `$0.1250`.
    static func fullDollars(_ credits: Credits) -> String { "$" + grouped(dollars: credits.usd) }

    /// What 1,000,000 tokens cost, exact: `$1.00`, `$0.123457`.
    static func price(_ price: Credits) -> String {
        guard case .number(let number) = JSONValue.decimal(price.thousandths, decimals: 9) else { return "" }
        let parts = number.split(separator: ".")
        let fraction = parts.count > 1 ? String(parts[1]) : ""
        return "$" + grouped(String(parts[0])) + "." + fraction + String(repeating: "0", count: max(0, 2 - fraction.count))
    }

    /// `32 MiB`, `64 KiB`; exact where neither fits.
    static func bytes(_ count: Int) -> String {
        if count > 0, count % (1 << 20) == 0 { return "\(grouped(Int64(count >> 20))) MiB" }
        if count > 0, count % (1 << 10) == 0 { return "\(grouped(Int64(count >> 10))) KiB" }
        return "\(grouped(Int64(count))) bytes"
    }
}
