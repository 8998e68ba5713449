/// Numbers by their text, digit for digit.
enum WholeNumber {
    /// Plain digits: no sign, point or exponent.
    /// - Returns: nil for anything else; `Int64.max` for what is beyond it.
    static func plain(_ text: String) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text) ?? .max
    }

    /// Any number of RFC 8259, cut to a whole one.
    /// - Returns: nil for anything else, for a negative number, and above `limit`.
    static func cut(_ text: String, limit: Int64) -> Int64? {
        guard let tree = JSONParser.parse(Array(text.utf8)), tree.range == 0..<text.utf8.count, case .number = tree.content else {
            return nil
        }
        let isNegative = text.hasPrefix("-")
        let parts = text.drop { $0 == "-" }.lowercased().split(separator: "e")
        let mantissa = parts[0].split(separator: ".")
        let exponent = parts.count > 1 ? Int(parts[1]) ?? (parts[1].hasPrefix("-") ? -1_000_000 : 1_000_000) : 0
        let written = mantissa.joined()
        let digits = written.drop { $0 == "0" }
        // How many of the digits stand before the point.
        let whole = mantissa[0].count + exponent - (written.count - digits.count)
        if digits.isEmpty || whole <= 0 { return 0 }
        guard !isNegative, whole <= 18 else { return nil }
        let padded = digits.prefix(whole) + String(repeating: "0", count: max(whole - digits.count, 0))
        guard let value = Int64(padded), value <= limit else { return nil }
        return value
    }
}
