/// Whose pages may call the API from a browser (the Fetch standard's CORS protocol, https://fetch.spec.whatwg.org/#http-cors-protocol).
/// Never with credentials: a key is in a header of its own, and cookies mean nothing to the API.
public enum CrossOriginPolicy: Hashable, Sendable {
    /// Pages of any origin.
    case any
    /// Pages of these origins, written as browsers do: `https://app.example.com`. Empty: of none.
    case only(Set<String>)

    /// - Parameter text: an origin as browsers write it (RFC 6454, section 6.2): scheme, host and port, in lower case, and nothing else.
    public static func isOrigin(_ text: String) -> Bool {
        guard let separator = text.firstRange(of: "://") else { return false }
        let scheme = text[..<separator.lowerBound]
        let authority = text[separator.upperBound...]
        let isLower: (UInt8) -> Bool = { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
        return !scheme.isEmpty && scheme.utf8.allSatisfy { isLower($0) || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E }
            && !authority.isEmpty && authority.utf8.allSatisfy { isLower($0) || Set("-._:[]".utf8).contains($0) }
    }
}
