/// An upstream's URL, taken apart: `https://api.openai.com/v1`.
struct BaseURL: Hashable, Sendable {
    let isTLS: Bool
    /// A name or an address; an IPv6 address without its brackets.
    let host: String
    let port: Int
    /// Empty, or beginning with a slash and not ending with one.
    let path: String

    /// Reads an absolute `http` or `https` URL without user, query and fragment (RFC 3986).
    /// - Returns: nil for anything else.
    init?(_ text: String) {
        guard let scheme = text.firstRange(of: "://") else { return nil }
        switch text[..<scheme.lowerBound].lowercased() {
        case "http": isTLS = false
        case "https": isTLS = true
        default: return nil
        }
        let rest = text[scheme.upperBound...]
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        guard let (host, port) = Self.authority(rest[..<slash]) else { return nil }
        self.host = host
        self.port = port ?? (isTLS ? 443 : 80)
        var path = rest[slash...]
        while path.hasSuffix("/") { path = path.dropLast() }
        guard path.utf8.allSatisfy(Self.isPathByte), !path.contains("//") else { return nil }
        self.path = String(path)
    }

    private static func authority(_ text: Substring) -> (host: String, port: Int?)? {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let host = text[..<end].dropFirst()
            guard host.contains(":"), host.utf8.allSatisfy({ isHexDigit($0) || $0 == 0x3A || $0 == 0x2E }) else { return nil }
            return port(text[text.index(after: end)...]).map { (String(host), $0) }
        }
        let colon = text.firstIndex(of: ":") ?? text.endIndex
        let host = text[..<colon]
        guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy({ isLetterOrDigit($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F })
        else { return nil }
        return port(text[colon...]).map { (String(host), $0) }
    }

    /// - Returns: nil when `text` is neither empty nor a colon and a port; an inner nil when it is empty.
    private static func port(_ text: Substring) -> Int?? {
        guard !text.isEmpty else { return .some(nil) }
        let digits = text.dropFirst()
        guard text.hasPrefix(":"), (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ ASCIIByte.isDigit($0) }),
            let port = Int(digits), (1...65_535).contains(port)
        else { return nil }
        return port
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        ASCIIByte.isLetterOrDigit(byte)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        ASCIIByte.isDigit(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }

    private static let pathPunctuation = Set("/-._~%!$&'()*+,;=:@".utf8)

    private static func isPathByte(_ byte: UInt8) -> Bool { isLetterOrDigit(byte) || pathPunctuation.contains(byte) }
}
