/// A length of time: `500ms`, `5s`, `2m`, `1h`, `30d`, or a plain number of seconds, each with decimals down to a millisecond.
enum DurationText {
    private static let units: [(suffix: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    static func milliseconds(_ text: String) -> Int64? {
        let unit = units.first { text.hasSuffix($0.suffix) }
        let number = text.dropLast(unit?.suffix.count ?? 0)
        // Thousandths of the unit first, so that `1.5m` is exact.
        guard let thousandths = NumberText.scaled(NumberText.withoutSeparators(String(number)), decimals: 3) else { return nil }
        let (product, isOverflow) = thousandths.multipliedReportingOverflow(by: unit?.milliseconds ?? 1_000)
        return isOverflow || product % 1_000 != 0 ? nil : product / 1_000
    }
}
