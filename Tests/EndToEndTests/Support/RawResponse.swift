import Foundation

/// An HTTP response, read from bytes.
struct RawResponse: Sendable {
    let status: Int
    let version: String
    let headers: [(name: String, value: String)]
    let body: [UInt8]
    /// Whether the end of the body was seen; a body until the connection's end always is.
    let isWhole: Bool

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    var text: String { String(decoding: body, as: UTF8.self) }

    var answer: Answer {
        Answer(
            status: status, headers: Dictionary(headers.map { ($0.name, [$0.value]) }) { $0 + $1 }, body: body, isWhole: isWhole)
    }
}

/// Reads one response (RFC 9112), with no leniency.
struct RawResponseParser {
    let isToHead: Bool
    var bytes: [UInt8] = []

    init(isToHead: Bool) { self.isToHead = isToHead }

    /// - Returns: the response and what follows it; nil while it is not complete.
    func parse() throws -> (RawResponse, rest: [UInt8])? {
        guard let (head, bodyStart) = try head() else { return nil }
        let rest = bytes[bodyStart...]
        if isToHead || head.status < 200 || head.status == 204 || head.status == 304 {
            return (response(head, [], isWhole: true), Array(rest))
        }
        if head.value("transfer-encoding")?.lowercased() == "chunked" {
            guard let (body, end) = try chunks(from: bodyStart) else { return nil }
            return (response(head, body, isWhole: true), Array(bytes[end...]))
        }
        guard let length = head.value("content-length").flatMap({ Int($0) }) else { return nil }
        guard rest.count >= length else { return nil }
        return (response(head, Array(rest.prefix(length)), isWhole: true), Array(rest.dropFirst(length)))
    }

    /// The connection has ended.
    func finish() throws -> RawResponse {
        guard let (head, bodyStart) = try head() else {
            throw TestFailure("the connection ended before a response did: \(String(decoding: bytes.prefix(200), as: UTF8.self))")
        }
        let isDelimited = head.value("content-length") != nil || head.value("transfer-encoding") != nil
        return response(head, Array(bytes[bodyStart...]), isWhole: !isDelimited)
    }

    private struct Head {
        let version: String
        let status: Int
        let headers: [(name: String, value: String)]

        func value(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    }

    private func response(_ head: Head, _ body: [UInt8], isWhole: Bool) -> RawResponse {
        RawResponse(status: head.status, version: head.version, headers: head.headers, body: body, isWhole: isWhole)
    }

    private func head() throws -> (Head, bodyStart: Int)? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let first = lines[0].split(separator: " ", maxSplits: 2)
        guard first.count >= 2, first[0].hasPrefix("HTTP/1."), let status = Int(first[1]) else {
            throw TestFailure("not an HTTP response: \(lines[0].prefix(100))")
        }
        let headers = try lines.dropFirst().map { line in
            guard let colon = line.firstIndex(of: ":") else { throw TestFailure("not a header: \(line)") }
            return (line[..<colon].lowercased(), line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces))
        }
        return (Head(version: String(first[0]), status: status, headers: headers), end.upperBound)
    }

    private func chunks(from start: Int) throws -> (body: [UInt8], end: Int)? {
        var body: [UInt8] = []
        var at = start
        while true {
            guard let line = bytes[at...].firstRange(of: [13, 10]) else { return nil }
            guard let size = Int(String(decoding: bytes[at..<line.lowerBound], as: UTF8.self), radix: 16) else {
                throw TestFailure("not a chunk's size: \(String(decoding: bytes[at..<line.lowerBound], as: UTF8.self))")
            }
            let end = line.upperBound + size + 2
            guard bytes.count >= end else { return nil }
            body += bytes[line.upperBound..<line.upperBound + size]
            at = end
            if size == 0 { return (body, at) }
        }
    }
}
