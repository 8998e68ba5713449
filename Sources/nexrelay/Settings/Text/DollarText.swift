import RelayDomain

/// US dollars as a decimal number, read exactly: one dollar is 1,000,000 credits, and so 1,000,000,000 thousandths of a credit.
enum DollarText {
    /// Decimals that a thousandth of a credit can show.
    static let mostDecimals = 9

    /// - Parameter decimals: how many the text may have, at most ``mostDecimals``.
    /// - Returns: nil for a sign, an exponent, a currency sign, more decimals, or more than ``Credits/limit``.
    static func credits(_ text: String, decimals: Int) -> Credits? {
        guard let scaled = NumberText.scaled(text, decimals: decimals) else { return nil }
        let factor = (0..<mostDecimals - decimals).reduce(Int64(1)) { product, _ in product * 10 }
        let (thousandths, isOverflow) = scaled.multipliedReportingOverflow(by: factor)
        guard !isOverflow, thousandths <= Credits.limit.thousandths else { return nil }
        return Credits(thousandths: thousandths)
    }
}
