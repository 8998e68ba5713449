/// Numbers as configurations write them.
enum NumberText {
    /// Digits with an optional sign; `_` between digits separates groups, as in YAML 1.1: `3_000_000`.
    static func integer(_ text: String) -> Int64? {
        Int64(withoutSeparators(text))
    }

    /// The text without `_` between digits. Anywhere else `_` stays, and makes the number malformed.
    static func withoutSeparators(_ text: String) -> String {
        let bytes = Array(text.utf8)
        func isDigit(_ index: Int) -> Bool { bytes.indices.contains(index) && ASCIIByte.isDigit(bytes[index]) }
        let kept = bytes.indices.filter { bytes[$0] != 0x5F || !isDigit($0 - 1) || !isDigit($0 + 1) }
        return String(decoding: kept.map { bytes[$0] }, as: UTF8.self)
    }

    /// A number without sign, scaled exactly: `1.5` with 3 decimals is 1500.
    /// - Returns: nil for anything else, for more decimals, and beyond `Int64`.
    static func scaled(_ text: String, decimals: Int) -> Int64? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty, whole.utf8.allSatisfy({ ASCIIByte.isDigit($0) }) else { return nil }
        var digits = String(whole)
        let fraction = parts.count == 2 ? parts[1] : ""
        guard parts.count == 1 || !fraction.isEmpty, fraction.utf8.count <= decimals,
            fraction.utf8.allSatisfy({ ASCIIByte.isDigit($0) })
        else { return nil }
        digits += fraction + String(repeating: "0", count: decimals - fraction.utf8.count)
        return Int64(digits)
    }
}

extension StringProtocol {
    func trimmingSpaces() -> SubSequence {
        let start = firstIndex { $0 != " " && $0 != "\t" } ?? endIndex
        let end = lastIndex { $0 != " " && $0 != "\t" }.map(index(after:)) ?? endIndex
        return start < end ? self[start..<end] : self[endIndex...]
    }
}
