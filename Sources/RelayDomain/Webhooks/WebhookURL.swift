/// Where a webhook's messages go: an absolute `https` URL without user and fragment (RFC 3986), taken apart. `http` only where it is allowed.
///
/// What its host's name leads to is not part of it: names change. ``AddressRule`` is asked when a connection is made.
public struct WebhookURL: Hashable, Sendable {
    /// Longer ones are refused, in bytes.
    public static let longestBytes = 2_000

    public let isTLS: Bool
    /// In lower case; an address of version 6 without its brackets.
    public let host: String
    public let port: Int
    /// The path and the query as they were written, beginning with a slash.
    public let target: String
    /// The `Host` header: without the port where it is the scheme's own (RFC 9110, section 7.2).
    public let authority: String

    /// Why a text is no webhook's URL.
    public enum Fault: String, Error, Hashable, Sendable, CaseIterable {
        case tooLong = "is longer than 2000 bytes"
        case characters = "holds characters that a URL must not hold; they have to be percent-encoded"
        case scheme = "does not begin with https://"
        case userInfo = "holds a user's name"
        case fragment = "holds a fragment"
        case host = "has no host that is a name or an address"
        case port = "has no port from 1 to 65535"
    }

    /// - Parameter allowsHTTP: whether messages may go unencrypted.
    public init(_ text: String, allowsHTTP: Bool) throws(Fault) {
        guard text.utf8.count <= Self.longestBytes else { throw .tooLong }
        // Backslashes are slashes to some readers, and no part of a URL.
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !Self.excluded.contains($0) }) else { throw .characters }
        let scheme = text.prefix { $0 != ":" }.lowercased()
        guard scheme == "https" || (scheme == "http" && allowsHTTP), text.dropFirst(scheme.count).hasPrefix("://") else { throw .scheme }
        isTLS = scheme == "https"
        let rest = text.dropFirst(scheme.count + 3)
        guard !rest.contains("#") else { throw .fragment }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else { throw .userInfo }
        let ordinaryPort = isTLS ? 443 : 80
        (host, port) = try Self.parts(of: authority, ordinaryPort: ordinaryPort)
        let name = host.contains(":") ? "[\(host)]" : host
        self.authority = port == ordinaryPort ? name : "\(name):\(port)"
        let target = rest.dropFirst(authority.count)
        self.target = target.hasPrefix("/") ? String(target) : "/\(target)"
    }

    /// The host's address where it is one and no name.
    public var address: NetworkAddress? { NetworkAddress(host) }

    private static let excluded = Set(#"\"<>^`{|}"#.utf8)

    private static func parts(of authority: Substring, ordinaryPort: Int) throws(Fault) -> (host: String, port: Int) {
        let host: Substring
        if authority.hasPrefix("[") {
            host = authority.dropFirst().prefix { $0 != "]" }
            guard host.contains(":"), NetworkAddress(host) != nil, host.count + 2 <= authority.count else { throw .host }
        } else {
            host = authority.prefix { $0 != ":" }
            guard isName(host) || NetworkAddress(host) != nil else { throw .host }
        }
        let port = authority.dropFirst(host.count + (authority.hasPrefix("[") ? 2 : 0))
        guard !port.isEmpty else { return (host.lowercased(), ordinaryPort) }
        let digits = port.dropFirst()
        guard port.hasPrefix(":"), (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy(\.isDigit), let number = Int(digits),
            (1...65_535).contains(number)
        else { throw .port }
        return (host.lowercased(), number)
    }

    /// Labels of letters, digits, hyphens and underscores. The last one begins with a letter: what ends in a number is an address to some
    /// readers, such as `2130706433`, `0x7f.1` and `127.1`, and no name (WHATWG's URL standard, "ends in a number").
    private static func isName(_ text: Substring) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 253, let last = labels.last?.utf8.first, last.isLetter else { return false }
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count)
                && label.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        }
    }
}

extension UInt8 {
    fileprivate var isLetter: Bool { (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) }
}
