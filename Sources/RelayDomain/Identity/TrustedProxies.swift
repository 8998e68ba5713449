/// Networks whose word counts for where a request came from: proxies that stand before the relay.
public struct TrustedProxies: Hashable, Sendable {
    public let networks: [Network]

    public init(_ networks: [Network] = []) {
        self.networks = networks
    }

    public func contains(_ address: NetworkAddress) -> Bool { networks.contains { $0.contains(address) } }

    /// The client's address: each proxy adds to the right of `X-Forwarded-For` whom it was called by, so the list is walked from the
    /// right, and the first address that is no proxy's is the client's. What stands to its left is only the client's word.
    /// - Parameters:
    ///   - peer: the other end of the connection.
    ///   - forwarded: the values of all `X-Forwarded-For` headers in their order, which are one list (RFC 9110, section 5.3).
    /// - Returns: the last proxy's address where it says nothing; nil where what it says cannot be read: then nobody knows where the client
    ///   is, and a key that may be used from some networks only is used from none.
    public func client(of peer: NetworkAddress, forwarded: [String]) -> NetworkAddress? {
        guard contains(peer) else { return peer }
        var last = peer
        for value in forwarded.reversed() {
            for entry in value.split(separator: ",", omittingEmptySubsequences: false).reversed() {
                guard let address = Self.address(of: entry) else { return nil }
                guard contains(address) else { return address }
                last = address
            }
        }
        return last
    }

    /// Whether the client's connection to the proxies was encrypted.
    /// - Parameters:
    ///   - peer: the other end of the connection to the relay, which is not.
    ///   - forwarded: the values of all `X-Forwarded-Proto` headers. The last word is the nearest proxy's; what stands before it may be the
    ///     client's own.
    public func isSecure(at peer: NetworkAddress, forwarded: [String]) -> Bool {
        guard contains(peer), let last = forwarded.last?.split(separator: ",", omittingEmptySubsequences: false).last else { return false }
        return last.filter { $0 != " " && $0 != "\t" }.lowercased() == "https"
    }

    /// Reads `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`, with blanks around it.
    private static func address(of entry: Substring) -> NetworkAddress? {
        let text = entry.drop { $0 == " " || $0 == "\t" }
        let end = text.lastIndex { $0 != " " && $0 != "\t" }.map(text.index(after:)) ?? text.startIndex
        let host = text[..<end]
        if host.first == "[" {
            guard let close = host.firstIndex(of: "]") else { return nil }
            let inside = host[host.index(after: host.startIndex)..<close]
            guard inside.contains(":"), isPort(host[host.index(after: close)...]) else { return nil }
            return NetworkAddress(inside)
        }
        // One colon alone stands before a port: an address of version 6 has two at the least.
        guard let colon = host.firstIndex(of: ":"), colon == host.lastIndex(of: ":") else { return NetworkAddress(host) }
        return isPort(host[colon...]) ? NetworkAddress(host[..<colon]) : nil
    }

    /// Nothing, or a colon and a number.
    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty
            || (text.first == ":" && (2...6).contains(text.utf8.count) && UInt16(text.dropFirst()) != nil
                && text.utf8.dropFirst().allSatisfy(\.isDigit))
    }
}
