/// Whole numbers in Ethereum's JSON-RPC: `0x` and hexadecimal digits, never a JSON number.
enum Quantity {
    /// - Returns: nil for what is no quantity, or does not fit.
    static func read<Number: FixedWidthInteger>(_ text: some StringProtocol, as type: Number.Type = Number.self) -> Number? {
        guard text.hasPrefix("0x"), text.utf8.count <= 66 else { return nil }
        let digits = text.dropFirst(2)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ Hexadecimal.value($0) != nil }) else { return nil }
        return Number(digits, radix: 16)
    }

    static func text(_ number: Int64) -> String { "0x" + String(number, radix: 16) }
}

/// One 32-byte word of a log's data or of a call's result.
enum Word {
    /// More than any token has units of. A contract that names more is lying; it reads as this much, which nobody's order comes to, and
    /// which can be added up without passing 128 bits.
    static let greatest = UInt128(1) << 120

    /// - Parameter text: `0x` and 64 digits.
    /// - Returns: nil for any other text; ``greatest`` for what is larger.
    static func number(_ text: some StringProtocol) -> UInt128? {
        guard text.utf8.count == 66, text.hasPrefix("0x"), let bytes = Hexadecimal.bytes(text) else { return nil }
        guard bytes.prefix(16).allSatisfy({ $0 == 0 }) else { return greatest }
        return min(bytes.suffix(16).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }, greatest)
    }
}
