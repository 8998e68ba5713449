import NIOCore

/// Bytes in parts, so that filler of any size is made only when it is sent: a body that is not streamed, or a long event.
struct BodyParts: Equatable, Sendable {
    enum Part: Equatable, Sendable {
        case bytes(ByteBuffer)
        case filler(bytes: Int)

        var byteCount: Int {
            switch self {
            case .bytes(let buffer): buffer.readableBytes
            case .filler(let bytes): bytes
            }
        }
    }

    /// More than any client waits for: a pebibyte.
    private static let endlessBytes = 1 << 50

    private var finished: [Part] = []
    /// The last part, to which is written.
    var json = ByteBuffer()

    init(_ bytes: ByteBuffer = ByteBuffer()) {
        json = bytes
    }

    init(_ text: String) {
        self.init(ByteBuffer(string: text))
    }

    var parts: [Part] { json.readableBytes == 0 ? finished : finished + [.bytes(json)] }

    var byteCount: Int { finished.reduce(json.readableBytes) { $0 + $1.byteCount } }

    /// Writes the inside of a JSON string.
    mutating func append(_ text: ReplyText, isEndless: Bool = false) {
        switch text {
        case .literal(let text): json.writeJSONText(text)
        case .filler(let bytes) where !isEndless && bytes <= SimulatorLimits.plainWriteBytes:
            json.writeImmutableBuffer(ReplyText.fillerBytes(from: 0, count: bytes))
        case .filler(let bytes): append(fillerBytes: isEndless ? Self.endlessBytes : bytes)
        }
    }

    mutating func append(_ other: BodyParts) {
        for part in other.parts { append(part) }
    }

    mutating func append(_ part: Part) {
        switch part {
        case .bytes(let bytes): json.writeImmutableBuffer(bytes)
        case .filler(let bytes): append(fillerBytes: bytes)
        }
    }

    private mutating func append(fillerBytes: Int) {
        if json.readableBytes > 0 { finished.append(.bytes(json)) }
        finished.append(.filler(bytes: fillerBytes))
        json = ByteBuffer()
    }
}
