import Hummingbird

/// Under which address a client reaches this relay: `https://relay.example:8443`.
struct BaseAddress: Hashable, Sendable, CustomStringConvertible {
    /// Where the request does not tell.
    static let unknown = BaseAddress(description: "https://relay.example")

    let description: String

    private init(description: String) { self.description = description }

    /// - Parameters:
    ///   - authority: what `Host` says. Anybody can write anything there, and it is shown in lines that people paste into a shell: what is no plain
    ///     name or address with or without a port becomes ``unknown``.
    ///   - isSecure: whether the client's connection is encrypted, as the gateway says.
    init(authority: String?, isSecure: Bool) {
        guard let authority = authority?.lowercased(), Self.isPlain(authority) else {
            self = .unknown
            return
        }
        description = (isSecure ? "https://" : "http://") + authority
    }

    /// `name`, `name:port`, `[2001:db8::1]`, `[2001:db8::1]:port` (RFC 3986, section 3.2), without user information and percent-encoding.
    private static func isPlain(_ authority: String) -> Bool {
        guard authority.utf8.count <= 260 else { return false }
        let host: Substring
        let rest: Substring
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { return false }
            host = authority[..<close].dropFirst()
            guard host.utf8.allSatisfy({ Self.isHexDigit($0) || $0 == 0x3A || $0 == 0x2E }), host.contains(":") else { return false }
            rest = authority[authority.index(after: close)...]
        } else {
            host = authority.prefix { $0 != ":" }
            guard host.utf8.allSatisfy({ Self.isNameByte($0) }), let first = host.utf8.first, first != 0x2D else { return false }
            rest = authority[host.endIndex...]
        }
        guard !rest.isEmpty else { return true }
        let port = rest.dropFirst()
        return rest.hasPrefix(":") && (1...5).contains(port.utf8.count) && port.utf8.allSatisfy { (0x30...0x39).contains($0) }
            && UInt16(port) != nil
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) }

    /// Letters in lower case, digits, `.`, `-`, `_`.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D || byte == 0x2E || byte == 0x5F
    }
}

extension Call {
    /// The address that the client has used.
    var baseAddress: BaseAddress { BaseAddress(authority: request.head.authority, isSecure: isSecure) }

    /// Whether the client's connection is encrypted, to the relay or to a proxy that it trusts. As the gateway says, which lets through
    /// nothing that a client says of it.
    var isSecure: Bool { request.headers[.forwardedScheme] == "https" }
}

extension HTTPFields.Element.Name {
    static let forwardedScheme = Self("x-forwarded-proto")!
}
