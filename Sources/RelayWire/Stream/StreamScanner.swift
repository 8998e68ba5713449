public import NIOCore
public import RelayDomain

/// Frames and reads one streamed answer: says which bytes may go on to the client now, and what they meant.
///
/// What is withheld: an event that is not whole, as long as it may have to be dropped or changed; the event that ends the stream; an
/// error event, and all that follows it. Everything else is given on as it came. How the input is cut into pieces makes no difference
/// to what is given on in all. Source: WHATWG HTML, "Server-sent events"; OpenAI's API reference, "Streaming".
public struct StreamScanner: Sendable {
    /// The most bytes of an event that are withheld until it is known what becomes of it. A longer one is given on as it comes.
    public static let heldLimit = 64 * 1024

    public enum Phase: Sendable, Equatable {
        case flowing
        /// `[DONE]` came; of a response, the event that it is completed or incomplete.
        case terminated
        /// An event came that is an error: typed `error` or `response.failed`, or with a top-level `error` that is not null.
        case failed
        /// An event came that is no JSON.
        case malformed
    }

    /// What is known to become of the current event.
    enum Fate: UInt8 {
        case undecided, released, doomed
    }

    /// Whether the events have types, one of which ends the stream; else `[DONE]` does.
    let isTyped: Bool
    /// The most bytes of the event that ends a typed stream, which repeats all of the answer.
    let terminalLimit: Int
    let dropsUsageChunk: Bool
    /// The name to stand for the upstream's, quoted.
    let modelText: String?

    public internal(set) var phase = Phase.flowing
    /// The event that ended the stream, with its blank line: exactly as it came, but for line ends that a closing upstream left out.
    /// It is not among what was given on.
    public internal(set) var terminal: ByteBuffer?

    var answer: AnswerScanner
    var done = DoneMark()
    var line = EventLine()
    var fate = Fate.undecided
    /// How many bytes of the current event were read.
    var eventLength = 0
    var dataLines = 0
    /// Whether the event has lines that are neither data nor comments.
    var hasFields = false
    /// Whether the event's type is `error`.
    var isErrorEvent = false
    /// What the event's line says of its type, where the data does not.
    var namedType: EventType?
    /// Events with data that were given on.
    public internal(set) var givenEventCount = 0
    /// The place of the model's name in the event, while it is to be replaced.
    var modelRange: Range<Int>?
    /// The event's bytes from earlier pieces, where they were not given on.
    var held = ByteBuffer()
    /// Where the event's other bytes begin in the current piece.
    var eventStart = 0
    /// Whether the last byte was a carriage return, so that a line feed belongs to it.
    var isAfterReturn = false
    /// Whether that line feed is given on, where the return ended an event.
    var forwardsLineFeed = true
    /// How many bytes of a byte order mark were read; 3 when none can come any more.
    var markProgress = 0

    var pastUsage: ReportedUsage?
    var pastContentByteCount = 0
    var pastFinishReason = false

    /// - Parameters:
    ///   - dropsUsageChunk: whether the client did not ask for the event that has usage and no choices: it is withheld for good.
    ///   - rewritesModelTo: the name that each event's top-level `model` becomes, or nil to leave it.
    ///   - collectsText: whether the delivered text is kept until it is taken, so that it can be counted.
    ///   - terminalLimit: the most bytes of the event that ends a typed stream.
    public init(
        of endpoint: Endpoint = .chatCompletions, dropsUsageChunk: Bool, rewritesModelTo model: String?, collectsText: Bool = false,
        terminalLimit: Int = 32 << 20
    ) {
        answer = AnswerScanner(root: endpoint.eventRole, collectsText: collectsText)
        isTyped = endpoint == .responses
        self.terminalLimit = terminalLimit
        self.dropsUsageChunk = dropsUsageChunk
        modelText = model.map(JSONWriter.quoted)
    }

    /// The last sensible usage that was reported. Figures of several events are never added.
    public var usage: ReportedUsage? { answer.usage ?? pastUsage }

    /// Whether anything was delivered: text, or the word that the answer is finished.
    public var hasContent: Bool { contentByteCount > 0 || hasFinishReason }

    /// Whether a choice that was given on has a `finish_reason`.
    public var hasFinishReason: Bool { pastFinishReason || (fate == .released && answer.hasFinishReason) }

    /// The bytes of the strings that were given on, as they stand between their quotes.
    public var contentByteCount: Int { pastContentByteCount + (fate == .released ? answer.contentByteCount : 0) }

    /// Bytes of text that wait to be taken.
    public var collectedByteCount: Int { answer.delivered.bytes.count }

    /// The text that was given on so far, from which it is taken.
    public mutating func takeDelivered() -> [UInt8] { answer.delivered.take(all: fate == .released) }

    /// Takes what was read.
    /// - Returns: what may go to the client now, or nil: a part of `bytes` itself wherever possible.
    public mutating func receive(_ bytes: ByteBuffer) -> ByteBuffer? {
        guard phase == .flowing else {
            if phase == .terminated, let byte = bytes.readableBytesView.first { completeTerminal(byte) }
            return nil
        }
        let result = bytes.withUnsafeReadableBytes { input in
            var output = StreamOutput(input: input)
            read(input, &output)
            return output.finish()
        }
        switch result {
        case .nothing: return nil
        case .copy(let buffer): return buffer
        case .part(let range): return bytes.getSlice(at: bytes.readerIndex + range.lowerBound, length: range.count)
        }
    }

    /// What ends the part of an event that was given on, so that whatever is written next does not run into it.
    public var eventEnd: ByteBuffer? { fate == .released && eventLength > 0 ? ByteBuffer(string: "\n\n") : nil }

    /// Takes the end of the upstream's stream. A last event that lacks its blank line counts as if it had one, and gets it.
    /// - Returns: what may go to the client now, or nil.
    public mutating func finish() -> ByteBuffer? {
        guard phase == .flowing, eventLength > 0 else { return nil }
        endMark()
        let closing = line.kind == .start && !isAfterReturn ? "\n" : "\n\n"
        let wasReleased = fate == .released
        if fate == .undecided { held.writeString(closing) }
        isAfterReturn = false
        eventStart = 0
        var output = StreamOutput(input: UnsafeRawBufferPointer(start: nil, count: 0))
        if line.kind != .start { endLine(0, &output) }
        if phase == .flowing, eventLength > 0 { endEvent(0, &output) }
        // All of a released event was given on before. What follows on the wire must not run into it.
        if wasReleased {
            eventLength = 0
            return ByteBuffer(string: closing)
        }
        guard case .copy(let buffer) = output.finish() else { return nil }
        return buffer
    }

    /// The line feed of a terminal event whose last line end was cut after its carriage return.
    mutating func completeTerminal(_ byte: UInt8) {
        if isAfterReturn, byte == ASCII.lineFeed { terminal?.writeInteger(byte) }
        isAfterReturn = false
    }
}
