import NIOCore

/// The text of an answer: written out, or filler of any length that is made when it is sent.
enum ReplyText: Equatable, Sendable {
    case literal(String)
    /// The pattern `sim ` over and over, cut at this many bytes.
    case filler(bytes: Int)

    var byteCount: Int {
        switch self {
        case .literal(let text): text.utf8.count
        case .filler(let bytes): bytes
        }
    }

    /// The text cut to at most `bytes`, never inside a character's encoding.
    func prefix(bytes: Int) -> ReplyText {
        guard bytes < byteCount else { return self }
        switch self {
        case .literal(let text): return .literal(Self.prefix(of: text, bytes: bytes))
        case .filler: return .filler(bytes: max(bytes, 0))
        }
    }

    static func prefix(of text: String, bytes: Int) -> String {
        guard text.utf8.count > bytes else { return text }
        var scalars = String.UnicodeScalarView()
        var left = bytes
        for scalar in text.unicodeScalars {
            left -= UTF8.width(scalar)
            if left < 0 { break }
            scalars.append(scalar)
        }
        return String(scalars)
    }

    private static let pattern: StaticString = "sim "
    private static let patternBytes = 4
    private static let filler = ByteBuffer(
        repeatingPattern: pattern, times: SimulatorLimits.plainWriteBytes / patternBytes + 1)

    /// The filler's bytes from `offset` on. Nothing in them needs escaping in JSON.
    static func fillerBytes(from offset: Int, count: Int) -> ByteBuffer {
        let start = offset % patternBytes
        if let slice = filler.getSlice(at: start, length: count) { return slice }
        var bytes = ByteBuffer()
        bytes.reserveCapacity(count)
        while bytes.readableBytes < count {
            let at = (offset + bytes.readableBytes) % patternBytes
            let length = min(count - bytes.readableBytes, filler.readableBytes - at)
            bytes.writeImmutableBuffer(filler.getSlice(at: at, length: length) ?? ByteBuffer())
        }
        return bytes
    }
}

extension ByteBuffer {
    fileprivate init(repeatingPattern pattern: StaticString, times: Int) {
        self.init()
        for _ in 0..<times { writeStaticString(pattern) }
    }
}
