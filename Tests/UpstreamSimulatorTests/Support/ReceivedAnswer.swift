import Foundation

/// An HTTP answer taken apart by code of its own, so that the simulator's is not tested against itself.
struct ReceivedAnswer {
    let status: Int?
    let fields: [String: String]
    /// The body without its transfer chunks.
    let body: [UInt8]
    /// Whether the body's end was received: all that `content-length` says, or the last transfer chunk.
    let isWhole: Bool
    /// What follows the end of the answer.
    let rest: [UInt8]

    init(_ bytes: [UInt8]) {
        guard let end = Self.index(of: Array("\r\n\r\n".utf8), in: bytes[...]) else {
            (status, fields, body, isWhole, rest) = (nil, [:], [], false, bytes)
            return
        }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).components(separatedBy: "\r\n")
        status = lines[0].hasPrefix("HTTP/1.1 ") ? Int(lines[0].dropFirst(9).prefix(3)) : nil
        fields = Dictionary(
            lines.dropFirst().compactMap { line in
                line.firstIndex(of: ":").map { (String(line[..<$0]), line[$0...].dropFirst().trimmingCharacters(in: .whitespaces)) }
            }, uniquingKeysWith: { "\($0), \($1)" })
        let content = bytes[(end + 4)...]
        if fields["transfer-encoding"] == "chunked" {
            (body, isWhole, rest) = Self.dechunked(content)
        } else if let length = fields["content-length"].flatMap(Int.init) {
            body = Array(content.prefix(length))
            isWhole = content.count >= length
            rest = Array(content.dropFirst(length))
        } else {
            (body, isWhole, rest) = (Array(content), false, [])
        }
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as a JSON object; nil when it is none.
    var json: [String: Any]? { Self.object(body) }

    static func object(_ bytes: [UInt8]) -> [String: Any]? {
        (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any]
    }

    /// An event of an event stream.
    struct Event: Equatable {
        var name: String?
        var data: String
    }

    /// The data of the body's events.
    var events: [String] { namedEvents.map(\.data) }

    /// The body's events, by the standard's rules: any line end, one optional space, lines of one event joined by a line feed.
    var namedEvents: [Event] {
        var bytes = body[...]
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes = bytes.dropFirst(3) }
        let text = String(decoding: bytes, as: UTF8.self)
        // Swift sees CR LF as one character; the standard as one line end.
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
        var events: [Event] = []
        var name: String?
        var data: [Substring] = []
        func value(_ field: Substring) -> Substring { field.first == " " ? field.dropFirst() : field }
        for line in lines {
            if line.isEmpty {
                if !data.isEmpty { events.append(Event(name: name, data: data.joined(separator: "\n"))) }
                (name, data) = (nil, [])
            } else if line.hasPrefix("data:") {
                data.append(value(line.dropFirst(5)))
            } else if line.hasPrefix("event:") {
                name = String(value(line.dropFirst(6)))
            }
        }
        return events
    }

    /// The events that are JSON.
    var chunks: [[String: Any]] { events.compactMap { Self.object(Array($0.utf8)) } }

    /// The content of all choices' deltas, in order.
    var streamedText: String {
        chunks.compactMap { chunk in
            let choice = (chunk["choices"] as? [[String: Any]])?.first
            return (choice?["delta"] as? [String: Any])?["content"] as? String
        }.joined()
    }

    private static func dechunked(_ bytes: ArraySlice<UInt8>) -> ([UInt8], Bool, [UInt8]) {
        var body: [UInt8] = []
        var left = bytes
        while let end = index(of: [13, 10], in: left), let length = Int(String(decoding: left[..<end], as: UTF8.self), radix: 16) {
            let start = end + 2
            guard left.endIndex >= start + length + 2 else {
                body += left[start...].prefix(length)
                return (body, false, [])
            }
            body += left[start..<start + length]
            left = left[(start + length + 2)...]
            if length == 0 { return (body, true, Array(left)) }
        }
        return (body, false, Array(left))
    }

    private static func index(of pattern: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        var index = bytes.startIndex
        while index + pattern.count <= bytes.endIndex {
            if bytes[index] == pattern[0], bytes[index..<index + pattern.count].elementsEqual(pattern) { return index }
            index += 1
        }
        return nil
    }
}

extension [String: Any] {
    /// A value of an object inside, as `usage.prompt_tokens_details.cached_tokens`.
    func at<Found>(_ path: String, as type: Found.Type = Int.self) -> Found? {
        var keys = path.split(separator: ".").map(String.init)
        let last = keys.removeLast()
        var object: [String: Any]? = self
        for key in keys { object = object?[key] as? [String: Any] }
        return object?[last] as? Found
    }

    /// A value of the only, or first, choice.
    func inChoice<Found>(_ path: String, as type: Found.Type = String.self) -> Found? {
        (self["choices"] as? [[String: Any]])?.first?.at(path, as: type)
    }
}
