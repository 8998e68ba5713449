/// Bytes as Ethereum's JSON-RPC writes them: `0x` and hexadecimal digits.
enum Hexadecimal {
    /// - Parameter text: with `0x` or without, of any case, an even number of digits.
    static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        let digits = Array(unprefixed(text).utf8)
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    /// Digits in lower case, without `0x`.
    static func digits(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        for byte in bytes {
            text.append(alphabet[Int(byte >> 4)])
            text.append(alphabet[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// 32 bytes, in the canonical form: `0x` and 64 digits in lower case. `0x` may be missing, as TRON's people write it.
    static func hash(_ text: some StringProtocol) -> String? {
        guard text.utf8.count <= 66, let bytes = bytes(text), bytes.count == 32 else { return nil }
        return "0x" + digits(bytes)
    }

    static func unprefixed<Text: StringProtocol>(_ text: Text) -> Text.SubSequence {
        text.hasPrefix("0x") || text.hasPrefix("0X") ? text.dropFirst(2) : text[...]
    }

    static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x41 + 10
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }

    private static let alphabet = Array("0123456789abcdef".utf8)
}
