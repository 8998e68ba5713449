/// Standard base 64 with padding (RFC 4648, section 4), of which each sequence of bytes has one spelling.
public enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")

    public static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for digit in 0..<4 {
                text.append(digit <= group.count ? digits[Int(bits >> UInt32(18 - 6 * digit) & 63)] : padding)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// - Returns: nil for anything that ``encode(_:)`` would not write.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.count.isMultiple(of: 4) else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: characters.count, by: 4) {
            let group = characters[start..<start + 4]
            let filled = group.prefix { $0 != padding }
            guard filled.count >= 2, filled.count == 4 || start + 4 == characters.count else { return nil }
            var bits: UInt32 = 0
            for character in filled {
                guard let digit = digits.firstIndex(of: character) else { return nil }
                bits = bits << 6 | UInt32(digit)
            }
            bits <<= UInt32(6 * (4 - filled.count))
            for index in 0..<filled.count - 1 { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * index))) }
        }
        return encode(bytes).utf8.elementsEqual(characters) ? bytes : nil
    }
}
