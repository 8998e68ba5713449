import RelayDomain

/// The price of a request once more, from the figures that a receipt shows: every meter exactly, one rounding, up.
enum Pricing {
    /// Billionths of a dollar per 1,000,000 tokens are thousandths of a credit per 1,000,000 tokens.
    private static let decimals = 9

    static func cost(of receipt: JSON) throws -> Credits {
        var sum: Int128 = 0
        for meter in ["input", "output", "cached_read"] {
            guard let tokens = receipt["usage"][meter].int, let price = billionths(receipt["prices"][meter]) else {
                throw TestFailure("no figures in \(receipt.text)")
            }
            sum += Int128(tokens) * Int128(price)
        }
        let thousandths = (sum + 999_999) / 1_000_000
        return Credits(thousandths: Int64(thousandths))
    }

    private static func billionths(_ price: JSON) -> Int64? {
        guard case .number(let number) = price else { return nil }
        let parts = "\(number)".split(separator: ".")
        let fraction = parts.count > 1 ? String(parts[1]) : ""
        return Int64(parts[0] + fraction + String(repeating: "0", count: decimals - fraction.count))
    }
}
