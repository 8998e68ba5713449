/// One line of an event stream while it is read: its field name, and the value of `event`.
///
/// Source: WHATWG HTML, "Server-sent events", section 9.2.6. Constant size: a name or a value longer than any known one is told by its length.
struct EventLine: Sendable {
    enum Kind: UInt8 {
        /// No byte of the line was read.
        case start
        /// The field name is being read.
        case name
        /// The value is being read: of `data`, of `event`, of another field.
        case data, event, other
        /// A line that begins with a colon.
        case comment
    }

    private(set) var kind = Kind.start
    private var word: UInt64 = 0
    private var wordCount = 0
    private var isValueStart = false
    /// The value of `event`.
    private(set) var name = KeyText()

    private static let data: UInt64 = 0x6461_7461  // "data"
    private static let event: UInt64 = 0x65_7665_6E74  // "event"
    private static let error: UInt64 = 0x65_7272_6F72  // "error"

    /// Takes a byte of the field name, or of the value of `event`. Not for line ends, nor for other values.
    @inline(__always)
    mutating func take(_ byte: UInt8) {
        switch kind {
        case .start where byte == ASCII.colon:
            kind = .comment
        case .start, .name:
            kind = .name
            if byte == ASCII.colon { endName() } else { append(byte) }
        case .event:
            if !(isValueStart && byte == ASCII.space) {
                append(byte)
                name.append(byte)
            }
            isValueStart = false
        case .data, .other, .comment:
            break
        }
    }

    /// A line that ends within its name has an empty value.
    mutating func endName() {
        kind =
            switch (wordCount, word) {
            case (4, Self.data): .data
            case (5, Self.event): .event
            default: .other
            }
        word = 0
        wordCount = 0
        isValueStart = true
    }

    private mutating func append(_ byte: UInt8) {
        if wordCount < 8 { word = word << 8 | UInt64(byte) }
        wordCount &+= 1
    }

    /// Whether the line is `event: error`.
    var isErrorEvent: Bool { kind == .event && wordCount == 5 && word == Self.error }

    mutating func reset() { self = EventLine() }
}
