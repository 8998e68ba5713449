import NIOCore

extension ByteBuffer {
    /// Writes a JSON string with its quotes.
    mutating func writeJSONString(_ text: String) {
        writeInteger(UInt8(ascii: "\""))
        writeJSONText(text)
        writeInteger(UInt8(ascii: "\""))
    }

    /// Writes the inside of a JSON string: quotes, backslashes and control characters escaped, all else as UTF-8.
    mutating func writeJSONText(_ text: String) {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) else {
            writeString(text)
            return
        }
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): writeStaticString("\\\"")
            case UInt8(ascii: "\\"): writeStaticString("\\\\")
            case UInt8(ascii: "\n"): writeStaticString("\\n")
            case UInt8(ascii: "\r"): writeStaticString("\\r")
            case UInt8(ascii: "\t"): writeStaticString("\\t")
            case 0..<0x20:
                let digits = String(byte, radix: 16)
                writeString("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
            default: writeInteger(byte)
            }
        }
    }
}
