import NIOCore

/// The least that must be known of a request to answer it from memory: where it ends, and whether it asks for a stream.
enum BenchmarkScanner {
    enum Finding: Equatable {
        /// More bytes are needed.
        case partial
        /// A chat request of this many bytes, head and body.
        case chat(bytes: Int, streams: Bool)
        /// Anything unusual: another path, HTTP/1.0, transfer chunks, `expect`, `connection: close`.
        case other
    }

    private static let starts: [StaticString] = [
        "POST /v1/chat/completions HTTP/1.1\r\n", "POST /chat/completions HTTP/1.1\r\n",
    ]

    /// Looks at the bytes from the start of a request on; what follows the request is not looked at.
    static func examine(_ buffer: ByteBuffer) -> Finding {
        buffer.withUnsafeReadableBytes { bytes in
            guard let start = starts.first(where: { begins(bytes, with: $0) }) else {
                let couldBecomeChat = starts.contains { bytes.count < $0.utf8CodeUnitCount && begins($0, with: bytes) }
                return couldBecomeChat ? .partial : .other
            }
            var line = start.utf8CodeUnitCount
            var bodyBytes: Int?
            while true {
                guard let end = lineEnd(bytes, from: line) else {
                    return bytes.count > maximumHeadBytes ? .other : .partial
                }
                if end == line { break }
                let field = UnsafeRawBufferPointer(rebasing: bytes[line..<end])
                if let length = value(of: "content-length:", in: field) {
                    guard bodyBytes == nil, let parsed = number(length) else { return .other }
                    bodyBytes = parsed
                } else if unusual.contains(where: { value(of: $0, in: field) != nil }) {
                    return .other
                } else if let connection = value(of: "connection:", in: field), !begins(connection, withoutCase: "keep-alive") {
                    return .other
                }
                line = end + 2
            }
            guard let bodyBytes else { return .other }
            let body = line + 2
            guard bytes.count >= body + bodyBytes else { return .partial }
            return .chat(bytes: body + bodyBytes, streams: asksForStream(UnsafeRawBufferPointer(rebasing: bytes[body..<body + bodyBytes])))
        }
    }

    private static let maximumHeadBytes = 16 * 1_024
    private static let unusual: [StaticString] = ["transfer-encoding:", "expect:", "upgrade:"]

    /// Whether `"stream"`, a colon and `true` occur, with any white space between. Inside a string the quotes would be escaped.
    static func asksForStream(_ body: UnsafeRawBufferPointer) -> Bool {
        let key: StaticString = "\"stream\""
        var index = 0
        while let quote = body[index...].firstIndex(of: UInt8(ascii: "\"")) {
            index = quote + 1
            guard begins(UnsafeRawBufferPointer(rebasing: body[quote...]), with: key) else { continue }
            var rest = body[(quote + key.utf8CodeUnitCount)...].drop(while: isSpace)
            guard rest.first == UInt8(ascii: ":") else { continue }
            rest = rest.dropFirst().drop(while: isSpace)
            if begins(UnsafeRawBufferPointer(rebasing: rest), with: "true") { return true }
        }
        return false
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
    }

    /// The index of the next `\r\n`.
    private static func lineEnd(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start
        while index + 1 < bytes.count {
            if bytes[index] == 0x0d, bytes[index + 1] == 0x0a { return index }
            index += 1
        }
        return nil
    }

    /// What follows a field's name, given in lower case with its colon.
    private static func value(of name: StaticString, in field: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard begins(field, withoutCase: name) else { return nil }
        return UnsafeRawBufferPointer(rebasing: field[name.utf8CodeUnitCount...].drop(while: isSpace))
    }

    private static func number(_ digits: UnsafeRawBufferPointer) -> Int? {
        var number = 0
        guard !digits.isEmpty else { return nil }
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            number = number * 10 + Int(digit - UInt8(ascii: "0"))
            guard number <= SimulatorLimits.requestBodyBytes else { return nil }
        }
        return number
    }

    private static func begins(_ bytes: UnsafeRawBufferPointer, with text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard bytes.count >= length else { return false }
        for index in 0..<length where bytes[index] != text.utf8Start[index] { return false }
        return true
    }

    /// Letters of `bytes` may be upper or lower case; `text` is lower case.
    private static func begins(_ bytes: UnsafeRawBufferPointer, withoutCase text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard bytes.count >= length else { return false }
        for index in 0..<length {
            let byte = bytes[index]
            let lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
            if lower != text.utf8Start[index] { return false }
        }
        return true
    }

    private static func begins(_ text: StaticString, with bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= text.utf8CodeUnitCount else { return false }
        for index in 0..<bytes.count where bytes[index] != text.utf8Start[index] { return false }
        return true
    }
}
