/// The text of an answer, decoded, until someone takes it to count it.
struct DeliveredText: Sendable {
    private(set) var bytes: [UInt8] = []
    /// How much of it is known to have been given on.
    private var givenCount = 0
    /// The first half of a surrogate pair.
    private var pending: UInt32?

    mutating func append(_ text: UnsafeRawBufferPointer) {
        // Between two escapes stands nothing.
        guard !text.isEmpty else { return }
        flush()
        // Whoever takes it takes it long before: this is a text that nobody wants.
        guard bytes.count < Self.limit else { return }
        bytes.append(contentsOf: text)
    }

    private static let limit = 1 << 20

    /// Appends what one escape stands for: half of a surrogate pair waits for the other half.
    mutating func append(unit: UInt32) {
        if let high = pending, (0xDC00..<0xE000).contains(unit) {
            pending = nil
            append(scalar: 0x10000 + (high - 0xD800) << 10 + (unit - 0xDC00))
            return
        }
        flush()
        if (0xD800..<0xDC00).contains(unit) { pending = unit } else { append(scalar: unit) }
    }

    /// All of it was given on, or the last part never will be.
    mutating func endEvent(isGiven: Bool) {
        flush()
        if isGiven { givenCount = bytes.count } else { bytes.removeLast(bytes.count - givenCount) }
    }

    /// - Parameter all: whether the part that is not known to have been given on is taken too.
    mutating func take(all: Bool) -> [UInt8] {
        if all {
            flush()
            defer { self = DeliveredText() }
            return bytes
        }
        let given = Array(bytes.prefix(givenCount))
        bytes.removeFirst(givenCount)
        givenCount = 0
        return given
    }

    /// A half without its other half is no character.
    private mutating func flush() {
        guard pending != nil else { return }
        pending = nil
        append(scalar: 0xFFFD)
    }

    private mutating func append(scalar: UInt32) {
        guard bytes.count < Self.limit else { return }
        let scalar = Unicode.Scalar(scalar) ?? "\u{FFFD}"
        bytes.append(contentsOf: UTF8.encode(scalar)!)
    }
}
