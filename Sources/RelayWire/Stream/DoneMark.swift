/// Recognises the payload `[DONE]`, with any white space around it.
struct DoneMark: Sendable {
    private static let text: StaticString = "[DONE]"
    /// How much of the mark was read; nil once the payload is something else.
    private var progress: Int? = 0

    var isComplete: Bool { progress == Self.text.utf8CodeUnitCount }

    /// Whether the payload so far is nothing but white space, or the mark or a beginning of it.
    var isPossible: Bool { progress != nil }

    @inline(__always)
    mutating func take(_ payload: UnsafeRawBufferPointer) {
        guard progress != nil else { return }
        for byte in payload where !takeByte(byte) { return }
    }

    private mutating func takeByte(_ byte: UInt8) -> Bool {
        guard let read = progress else { return false }
        if (read == 0 || isComplete) && ASCII.isSpace(byte) { return true }
        guard !isComplete, byte == Self.text.utf8Start[read] else {
            progress = nil
            return false
        }
        progress = read + 1
        return true
    }
}
