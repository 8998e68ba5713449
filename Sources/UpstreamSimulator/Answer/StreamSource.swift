import NIOCore

/// Makes the steps that send an event stream.
struct StreamSource: Sendable {
    /// What is to be sent next.
    private enum Piece {
        case step(AnswerStep)
        /// Filler that is made while it is sent.
        case filler(PlainSource)
    }

    private var events: StreamEvents
    private let format: any ReplyFormat
    private let style: EventStyle
    private let framing: BodyFraming
    private let chunkDelayMilliseconds: Int
    private let isTiny: Bool
    private var startsWithMark: Bool
    private var sentEvents = 0
    private var hasContent = false
    private var hasEnded = false
    private var waiting = CircularBuffer<Piece>()
    /// The bytes of a content event that comes again unchanged.
    private var repeated: (choice: Int, bytes: ByteBuffer)?

    init(_ events: StreamEvents, format: any ReplyFormat, framing: BodyFraming, behaviour: SimulatedBehaviour) {
        self.events = events
        self.format = format
        self.framing = framing
        style = EventStyle(behaviour)
        chunkDelayMilliseconds = behaviour.chunkDelayMilliseconds
        isTiny = behaviour.flags.contains(.tiny)
        startsWithMark = behaviour.flags.contains(.bom)
    }

    /// The next steps, possibly none of them; nil after the end.
    mutating func next() -> [AnswerStep]? {
        switch waiting.popFirst() {
        case .step(let step): return [step]
        case .filler(var source):
            guard let steps = source.next() else { return [] }
            waiting.prepend(.filler(source))
            return steps
        case nil: break
        }
        guard let event = events.next() else { return nil }
        switch event {
        case .end(.cut): return [.close]
        case .end(.hang): return [.hang]
        case .end(.clean): return hasEnded || framing.end.readableBytes == 0 ? [] : [.write(framing.end)]
        case .content(let choice, let piece): return contentSteps(event, choice: choice, piece: piece)
        case .done:
            prepare(event)
            endBodyWithLastWrite()
            return []
        case .opening, .finish, .usage, .error, .failed:
            prepare(event)
            return waiting.isEmpty ? [] : next()
        }
    }

    /// The end of the body leaves together with the last event: clients close at once when they have read that.
    private mutating func endBodyWithLastWrite() {
        guard case .step(.write(var bytes))? = waiting.popLast() else { return }
        bytes.writeImmutableBuffer(framing.end)
        waiting.append(.step(.write(bytes)))
        hasEnded = true
    }

    private mutating func contentSteps(_ event: StreamEvent, choice: Int, piece: Int) -> [AnswerStep] {
        let pause: [AnswerStep] = chunkDelayMilliseconds > 0 && hasContent ? [.wait(milliseconds: chunkDelayMilliseconds)] : []
        hasContent = true
        let isRepeatable = !isTiny && format.equalsFirst(piece: piece)
        if isRepeatable, let repeated, repeated.choice == choice {
            sentEvents += 1
            return pause + [.write(repeated.bytes)]
        }
        prepare(event)
        guard case .step(let step)? = waiting.popFirst() else { return pause }
        if isRepeatable, waiting.isEmpty, case .write(let bytes) = step { repeated = (choice, bytes) }
        return pause + [step]
    }

    /// Puts an event's writes into `waiting`: of each event on the wire one for each of its parts, or with `tiny` one for each byte.
    private mutating func prepare(_ event: StreamEvent) {
        for wireEvent in format.events(of: event, sequence: sentEvents) {
            var bytes = style.render(wireEvent, isFirst: sentEvents == 0)
            sentEvents += 1
            if startsWithMark {
                startsWithMark = false
                var marked = BodyParts(ByteBuffer(bytes: EventStyle.byteOrderMark))
                marked.append(bytes)
                bytes = marked
            }
            for part in bytes.parts { prepare(part) }
        }
    }

    private mutating func prepare(_ part: BodyParts.Part) {
        switch part {
        case .filler(let count): waiting.append(.filler(PlainSource(fillerBytes: count, framing: framing, isTiny: isTiny)))
        case .bytes(let bytes) where isTiny:
            for byte in bytes.readableBytesView { waiting.append(.step(.write(framing.frame(ByteBuffer(bytes: [byte]))))) }
        case .bytes(let bytes): waiting.append(.step(.write(framing.frame(bytes))))
        }
    }
}
