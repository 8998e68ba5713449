/// The first line of a request (RFC 9112, section 3).
enum RequestLine {
    /// - Returns: whether the request is one of HTTP/1.0, and not of 1.1.
    /// - Throws: a fault unless the line is a method, a target of visible ASCII and a version, with one space between each.
    static func isVersion10(_ line: UnsafeRawBufferPointer) throws(RequestFraming.Fault) -> Bool {
        var at = 0
        while at < line.count, FieldBytes.isOfToken(line[at]) { at &+= 1 }
        guard at > 0, at < line.count, line[at] == ASCII.space else { throw .requestLine }
        at &+= 1
        let target = at
        while at < line.count, line[at] &- 0x21 < 0x5E { at &+= 1 }
        guard at > target, at < line.count, line[at] == ASCII.space else { throw .requestLine }
        let version = line[(at &+ 1)...]
        if version.elementsEqual("HTTP/1.1".utf8) { return false }
        if version.elementsEqual("HTTP/1.0".utf8) { return true }
        throw version.starts(with: "HTTP/".utf8) ? .version : .requestLine
    }
}
