/// A size: `64KiB`, `32MiB`, `1GiB` of 1,024, `64KB`, `32MB`, `1GB` of 1,000, or a plain number of bytes. Whole numbers.
enum ByteCountText {
    private static let units: [(suffix: String, bytes: Int64)] = [
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("B", 1),
    ]

    static func bytes(_ text: String) -> Int? {
        let unit = units.first { text.hasSuffix($0.suffix) }
        let number = text.dropLast(unit?.suffix.count ?? 0).trimmingSpaces()
        guard let count = NumberText.scaled(NumberText.withoutSeparators(String(number)), decimals: 0) else { return nil }
        let (product, isOverflow) = count.multipliedReportingOverflow(by: unit?.bytes ?? 1)
        return isOverflow ? nil : Int(exactly: product)
    }
}
