public import NIOCore
public import RelayDomain

/// Appends JSON to a buffer, commas included. It does not check that brackets match: the caller's code shows that.
public struct JSONWriter {
    public private(set) var buffer: ByteBuffer
    /// Whether the next member or element stands behind another one.
    private var needsComma = false
    private static let hexadecimalDigits = Array("0123456789abcdef".utf8)

    /// - Parameter buffer: what is written comes behind its bytes.
    public init(appendingTo buffer: ByteBuffer) {
        self.buffer = buffer
    }

    public mutating func beginObject() { open(ASCII.openBrace) }
    public mutating func endObject() { close(ASCII.closeBrace) }
    public mutating func beginArray() { open(ASCII.openBracket) }
    public mutating func endArray() { close(ASCII.closeBracket) }

    /// The key of the next value.
    public mutating func key(_ name: String) {
        separate()
        writeQuoted(name)
        buffer.writeInteger(ASCII.colon)
        needsComma = false
    }

    public mutating func string(_ value: String) {
        separate()
        writeQuoted(value)
    }

    /// A string, or null where there is none.
    public mutating func string(orNull value: String?) {
        if let value { string(value) } else { null() }
    }

    public mutating func integer(_ value: Int64) { write(value.description) }

    /// An exact JSON number with up to three decimals.
    public mutating func credits(_ value: Credits) { write(value.description) }

    public mutating func bool(_ value: Bool) { write(value ? "true" : "false") }

    public mutating func null() { write("null") }

    /// A whole value as its JSON text.
    public mutating func json(_ text: String) { write(text) }

    private mutating func open(_ bracket: UInt8) {
        separate()
        buffer.writeInteger(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        buffer.writeInteger(bracket)
        needsComma = true
    }

    private mutating func write(_ text: String) {
        separate()
        buffer.writeString(text)
    }

    private mutating func separate() {
        if needsComma { buffer.writeInteger(ASCII.comma) }
        needsComma = true
    }

    /// Text outside the document.
    mutating func raw(_ text: StaticString) { buffer.writeStaticString(text) }

    private mutating func writeQuoted(_ text: String) {
        buffer.writeInteger(ASCII.quote)
        if text.utf8.allSatisfy({ $0 >= ASCII.space && $0 != ASCII.quote && $0 != ASCII.backslash }) {
            buffer.writeString(text)
        } else {
            writeEscaped(text)
        }
        buffer.writeInteger(ASCII.quote)
    }

    private mutating func writeEscaped(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case ASCII.quote, ASCII.backslash:
                buffer.writeInteger(ASCII.backslash)
                buffer.writeInteger(byte)
            case ASCII.lineFeed: buffer.writeString("\\n")
            case ASCII.carriageReturn: buffer.writeString("\\r")
            case ASCII.tab: buffer.writeString("\\t")
            case 0x00..<ASCII.space:
                buffer.writeString("\\u00")
                buffer.writeInteger(Self.hexadecimalDigits[Int(byte >> 4)])
                buffer.writeInteger(Self.hexadecimalDigits[Int(byte & 0x0F)])
            default:
                buffer.writeInteger(byte)
            }
        }
    }

    /// One string as JSON, quotes included.
    static func quoted(_ text: String) -> String {
        var writer = JSONWriter(appendingTo: ByteBuffer())
        writer.string(text)
        return String(buffer: writer.buffer)
    }
}
