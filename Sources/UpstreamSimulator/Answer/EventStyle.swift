import NIOCore

/// How events are written as `text/event-stream`: each of these forms is allowed by the standard.
struct EventStyle: Equatable, Sendable {
    static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

    private let lineEnd: String
    private let space: String
    private let hasComments: Bool
    private let hasSeveralLines: Bool

    init(_ behaviour: SimulatedBehaviour) {
        let flags = behaviour.flags
        lineEnd = flags.contains(.crlf) ? "\r\n" : flags.contains(.cr) ? "\r" : "\n"
        space = flags.contains(.nospace) ? "" : " "
        hasComments = flags.contains(.comments)
        hasSeveralLines = flags.contains(.multiline)
    }

    private var dataPrefix: String { "data:" + space }

    /// The bytes of an event. `isFirst`: no comment stands before it.
    func render(_ event: WireEvent, isFirst: Bool) -> BodyParts {
        var styled = BodyParts()
        styled.json.reserveCapacity(event.data.json.readableBytes + 32)
        if hasComments, !isFirst { styled.json.writeString(": ping" + lineEnd + lineEnd) }
        if let name = event.name { styled.json.writeString("event:" + space + name + lineEnd) }
        styled.json.writeString(dataPrefix)
        styled.append(hasSeveralLines ? brokenIntoLines(event.data) : event.data)
        styled.json.writeString(lineEnd + lineEnd)
        return styled
    }

    /// JSON may be broken after any comma that stands outside of strings. In the events that are sent here the first and the last comma do:
    /// what stands before the first is an id or a type, and no text of another's making stands in the last field. In a chat stream's usage
    /// chunk the last one lies inside the usage.
    private func brokenIntoLines(_ data: BodyParts) -> BodyParts {
        let parts = data.parts
        let comma = UInt8(ascii: ",")
        guard case .bytes(let start)? = parts.first, case .bytes(let end)? = parts.last,
            start.readableBytesView.first == UInt8(ascii: "{"),
            let first = start.readableBytesView.firstIndex(of: comma), let last = end.readableBytesView.lastIndex(of: comma),
            parts.count > 1 || first < last
        else { return data }
        var broken = BodyParts()
        for (index, part) in parts.enumerated() {
            guard case .bytes(let buffer) = part else {
                broken.append(part)
                continue
            }
            var rest = buffer.readableBytesView[...]
            for (place, isHere) in [(first, index == 0), (last, index == parts.count - 1)] where isHere {
                broken.json.writeBytes(rest[...place])
                broken.json.writeString(lineEnd + dataPrefix)
                rest = rest[(place + 1)...]
            }
            broken.json.writeBytes(rest)
        }
        return broken
    }
}
