/// A header or a trailer (RFC 9112, section 5).
struct FieldLine {
    /// What a header has to do with the frame.
    enum Role {
        case other, host, contentLength, transferEncoding
    }

    let role: Role
    /// Without the blanks around it; empty where the role is another.
    private let value: Slice<UnsafeRawBufferPointer>

    /// - Throws: a fault for a line that goes on from the one before, a name that is no token or has a space behind it, and a control
    ///   character.
    init(_ line: UnsafeRawBufferPointer) throws(RequestFraming.Fault) {
        guard let first = line.first else { throw .fieldName }
        if first == ASCII.space || first == ASCII.tab { throw .folding }
        var colon = 0
        while colon < line.count, FieldBytes.isOfToken(line[colon]) { colon &+= 1 }
        guard colon > 0, colon < line.count, line[colon] == ASCII.colon else { throw .fieldName }
        guard !ByteSearch.hasControl(line, from: colon &+ 1) else { throw .fieldValue }
        role = Self.role(of: UnsafeRawBufferPointer(rebasing: line[..<colon]))
        value = role == .other ? line[line.endIndex...] : Self.trimmed(line[(colon &+ 1)...])
    }

    private static func trimmed(_ text: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        var text = text
        while let byte = text.first, byte == ASCII.space || byte == ASCII.tab { text.removeFirst() }
        while let byte = text.last, byte == ASCII.space || byte == ASCII.tab { text.removeLast() }
        return text
    }

    /// Lengths alone rule out nearly all.
    private static func role(of name: UnsafeRawBufferPointer) -> Role {
        switch name.count {
        case 4 where spells(name, "host"): .host
        case 14 where spells(name, "content-length"): .contentLength
        case 17 where spells(name, "transfer-encoding"): .transferEncoding
        default: .other
        }
    }

    private static func spells(_ bytes: some Sequence<UInt8>, _ word: StaticString) -> Bool {
        word.withUTF8Buffer { bytes.elementsEqual($0) { $0 == $1 || ($0 | 0x20 == $1 && $0 &- 0x41 < 26) } }
    }

    /// The length that the value announces: digits, of a number that fits 63 bits.
    var lengthValue: UInt64? {
        guard (1...19).contains(value.count) else { return nil }
        var length: UInt64 = 0
        for byte in value {
            guard ASCII.isDigit(byte) else { return nil }
            // 19 digits fit 64 bits.
            length = length &* 10 &+ UInt64(byte &- ASCII.zero)
        }
        return length <= UInt64(Int64.max) ? length : nil
    }

    /// Whether the value is `chunked`, and nothing before it.
    var isChunkedValue: Bool { Self.spells(value, "chunked") }

    /// Whether the value has only what a host and a port may have (RFC 3986, section 3.2.2); an empty one is of a target without a host.
    var isHostValue: Bool { value.allSatisfy { FieldBytes.isOfHost($0) } }
}
