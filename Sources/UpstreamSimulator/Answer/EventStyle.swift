import NIOCore

/// How events are written as `text/event-stream`: each of these forms is allowed by the standard.
struct EventStyle: Equatable, Sendable {
    static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

    private let lineEnd: String
    private let dataPrefix: String
    private let hasComments: Bool
    private let hasSeveralLines: Bool

    init(_ behaviour: SimulatedBehaviour) {
        let flags = behaviour.flags
        lineEnd = flags.contains(.crlf) ? "\r\n" : flags.contains(.cr) ? "\r" : "\n"
        dataPrefix = flags.contains(.nospace) ? "data:" : "data: "
        hasComments = flags.contains(.comments)
        hasSeveralLines = flags.contains(.multiline)
    }

    /// One event with this data. `isFirst`: no comment stands before it.
    func event(data: ByteBuffer, isFirst: Bool) -> ByteBuffer {
        var event = ByteBuffer()
        event.reserveCapacity(data.readableBytes + 32)
        if hasComments, !isFirst { event.writeString(": ping" + lineEnd + lineEnd) }
        for line in lines(of: data) {
            event.writeString(dataPrefix)
            event.writeImmutableBuffer(line)
            event.writeString(lineEnd)
        }
        event.writeString(lineEnd)
        return event
    }

    /// JSON may be broken after any comma that stands outside of strings. In the chunks that are sent here the first and the last comma do:
    /// ids hold none, and no text follows `finish_reason`. In a usage chunk the last one lies inside the usage.
    private func lines(of data: ByteBuffer) -> [ByteBuffer] {
        let view = data.readableBytesView
        let comma = UInt8(ascii: ",")
        guard hasSeveralLines, view.first == UInt8(ascii: "{"),
            let first = view.firstIndex(of: comma), let last = view.lastIndex(of: comma), first < last
        else { return [data] }
        return [view.startIndex..<first + 1, first + 1..<last + 1, last + 1..<view.endIndex].map { ByteBuffer(view[$0]) }
    }
}
