/// When programs are warned.
public struct AlertSettings: Hashable, Sendable {
    /// Of the credits of the wallet's plan; nil for no warning.
    public var lowBalancePercent: Int64?
    /// Of a key's monthly budget, above zero: a warning at each.
    public var keyBudgetPercents: [Int64]

    public init(lowBalancePercent: Int64? = 10, keyBudgetPercents: [Int64] = [80, 100]) {
        self.lowBalancePercent = lowBalancePercent
        self.keyBudgetPercents = keyBudgetPercents
    }

    /// A part of an amount, rounded down to a thousandth of a credit.
    static func part(_ percent: Int64, of credits: Credits) -> Credits {
        // Amounts are at most `Credits.limit`: their hundredfold passes 64 bits.
        Credits(thousandths: Int64(clamping: Int128(credits.thousandths) * Int128(percent) / 100))
    }
}
