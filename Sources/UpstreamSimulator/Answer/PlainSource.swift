import NIOCore

/// Makes the steps that send bytes in parts: a body which is not streamed, or the filler of a long event.
struct PlainSource: Sendable {
    private let parts: [BodyParts.Part]
    private let byteCount: Int
    private let framing: BodyFraming
    private let pieceBytes: Int
    private let pauseMilliseconds: Int
    private let stopsAtBytes: Int
    private let endsBody: Bool
    private var part = 0
    private var offset = 0
    private var sentBytes = 0
    private var isOver = false

    /// - Parameter isHalf: whether only the first half is sent, and no end of the body.
    init(_ body: BodyParts, framing: BodyFraming, behaviour: SimulatedBehaviour, isHalf: Bool) {
        parts = body.parts
        byteCount = body.byteCount
        self.framing = framing
        let bytes = byteCount
        stopsAtBytes = isHalf ? bytes / 2 : bytes
        if behaviour.flags.contains(.tiny) {
            pieceBytes = 1
        } else if behaviour.slowBodyMilliseconds > 0 {
            pieceBytes = max(1, (bytes + SimulatorLimits.slowPieces - 1) / SimulatorLimits.slowPieces)
        } else {
            pieceBytes = SimulatorLimits.plainWriteBytes
        }
        pauseMilliseconds = behaviour.slowBodyMilliseconds
        endsBody = true
    }

    /// Filler inside a stream.
    init(fillerBytes: Int, framing: BodyFraming, isTiny: Bool) {
        parts = [.filler(bytes: fillerBytes)]
        byteCount = fillerBytes
        stopsAtBytes = fillerBytes
        self.framing = framing
        pieceBytes = isTiny ? 1 : SimulatorLimits.plainWriteBytes
        pauseMilliseconds = 0
        endsBody = false
    }

    /// The next steps; empty when only bookkeeping was done, nil after the end.
    mutating func next() -> [AnswerStep]? {
        guard !isOver else { return nil }
        guard sentBytes < stopsAtBytes else {
            isOver = true
            let isWhole = sentBytes == byteCount
            return endsBody && isWhole && framing.end.readableBytes > 0 ? [.write(framing.end)] : []
        }
        let left = parts[part].byteCount - offset
        guard left > 0 else {
            part += 1
            offset = 0
            return []
        }
        let count = min(left, pieceBytes, stopsAtBytes - sentBytes)
        let piece =
            switch parts[part] {
            case .bytes(let buffer): buffer.getSlice(at: buffer.readerIndex + offset, length: count) ?? ByteBuffer()
            case .filler: ReplyText.fillerBytes(from: offset, count: count)
            }
        let pauses = pauseMilliseconds > 0 && sentBytes > 0
        offset += count
        sentBytes += count
        let write = AnswerStep.write(framing.frame(piece))
        return pauses ? [.wait(milliseconds: pauseMilliseconds), write] : [write]
    }
}
