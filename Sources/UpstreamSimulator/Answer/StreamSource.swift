import NIOCore

/// Makes the steps that send an event stream.
struct StreamSource: Sendable {
    private var events: StreamEvents
    private let renderer: ChunkRenderer
    private let style: EventStyle
    private let framing: BodyFraming
    private let chunkDelayMilliseconds: Int
    private let isTiny: Bool
    private var startsWithMark: Bool
    private var isFirst = true
    private var hasContent = false
    private var hasEnded = false
    /// The bytes of a content event that comes again unchanged.
    private var repeated: (choice: Int, bytes: ByteBuffer)?

    init(_ events: StreamEvents, renderer: ChunkRenderer, framing: BodyFraming, behaviour: SimulatedBehaviour) {
        self.events = events
        self.renderer = renderer
        self.framing = framing
        style = EventStyle(behaviour)
        chunkDelayMilliseconds = behaviour.chunkDelayMilliseconds
        isTiny = behaviour.flags.contains(.tiny)
        startsWithMark = behaviour.flags.contains(.bom)
    }

    /// The next steps, possibly none of them; nil after the end.
    mutating func next() -> [AnswerStep]? {
        guard let event = events.next() else { return nil }
        switch event {
        case .end(.cut): return [.close]
        case .end(.hang): return [.hang]
        case .end(.clean): return hasEnded || framing.end.readableBytes == 0 ? [] : [.write(framing.end)]
        case .content(let choice, let piece): return contentSteps(event, choice: choice, piece: piece)
        case .done:
            // The end of the body leaves together with `[DONE]`: clients close at once when they have read that.
            hasEnded = true
            var writes = framed(event)
            var last = writes.popLast() ?? ByteBuffer()
            last.writeImmutableBuffer(framing.end)
            return (writes + [last]).map(AnswerStep.write)
        case .role, .finish, .usage, .error: return framed(event).map(AnswerStep.write)
        }
    }

    private mutating func contentSteps(_ event: StreamEvent, choice: Int, piece: Int) -> [AnswerStep] {
        let pause: [AnswerStep] = chunkDelayMilliseconds > 0 && hasContent ? [.wait(milliseconds: chunkDelayMilliseconds)] : []
        hasContent = true
        guard !isTiny, renderer.equalsFirst(piece: piece) else { return pause + framed(event).map(AnswerStep.write) }
        if let repeated, repeated.choice == choice { return pause + [.write(repeated.bytes)] }
        guard let bytes = framed(event).first else { return pause }
        repeated = (choice, bytes)
        return pause + [.write(bytes)]
    }

    /// The event's writes: one, or with `tiny` one for each byte.
    private mutating func framed(_ event: StreamEvent) -> [ByteBuffer] {
        guard let data = renderer.data(of: event) else { return [] }
        var bytes = style.event(data: data, isFirst: isFirst)
        isFirst = false
        if startsWithMark {
            startsWithMark = false
            var marked = ByteBuffer(bytes: EventStyle.byteOrderMark)
            marked.writeImmutableBuffer(bytes)
            bytes = marked
        }
        guard isTiny else { return [framing.frame(bytes)] }
        return bytes.readableBytesView.map { framing.frame(ByteBuffer(bytes: [$0])) }
    }
}
