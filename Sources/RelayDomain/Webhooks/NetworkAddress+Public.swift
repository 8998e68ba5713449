extension NetworkAddress {
    /// Whether it is a single machine's on the public Internet, as far as addresses tell: outside of all that IANA's registries of special
    /// addresses (RFC 6890) keep from being reached everywhere, and no form in which such an address of version 4 hides.
    public var isPublic: Bool {
        if Self.mapped.contains(self) { return isPublicVersion4 }
        // Whoever has version 6 alone sees the public Internet of version 4 under this prefix (RFC 6052).
        if Self.translated.contains(self) { return version4(endingAtBit: 0).isPublicVersion4 }
        if Self.sixToFour.contains(self) { return version4(endingAtBit: 80).isPublicVersion4 }
        return Self.globalUnicast.contains(self) && !Self.specialVersion6.contains { $0.contains(self) }
    }

    private var isPublicVersion4: Bool { !Self.specialVersion4.contains { $0.contains(self) } }

    /// The address of version 4 inside this one.
    private func version4(endingAtBit bit: Int) -> NetworkAddress {
        let value = UInt32(truncatingIfNeeded: bits >> UInt128(bit))
        guard let address = NetworkAddress(bytes: (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * $0)) }) else {
            preconditionFailure("four bytes are an address")
        }
        return address
    }

    private static let mapped = network("::ffff:0:0/96")
    private static let translated = network("64:ff9b::/96")
    private static let sixToFour = network("2002::/16")
    /// All that is given out (RFC 4291, section 2.4; IANA's registry of the address space). Loopback, unspecified, link-local, unique local,
    /// multicast, the discard prefix, segment routing, local translation and version 4 in its older forms are all outside of it.
    private static let globalUnicast = network("2000::/3")

    private static let specialVersion6 = [
        "2001::/23",  // protocols, Teredo among them, which carries an address of version 4 (RFC 2928, RFC 4380)
        "2001:db8::/32",  // documentation (RFC 3849)
        "2620:4f:8000::/48",  // AS112, which answers nothing but names (RFC 7534)
        "3ffe::/16",  // the experiment that has ended (RFC 3701)
        "3fff::/20",  // documentation (RFC 9637)
    ].map(network)

    private static let specialVersion4 = [
        "0.0.0.0/8",  // this network (RFC 791)
        "10.0.0.0/8",  // private (RFC 1918)
        "100.64.0.0/10",  // between a provider and its customers (RFC 6598)
        "127.0.0.0/8",  // loopback (RFC 1122)
        "169.254.0.0/16",  // link-local (RFC 3927), where clouds tell secrets
        "172.16.0.0/12",  // private
        "192.0.0.0/24",  // protocols (RFC 6890)
        "192.0.2.0/24",  // documentation (RFC 5737)
        "192.31.196.0/24",  // AS112 (RFC 7535)
        "192.52.193.0/24",  // tunnels for multicast (RFC 7450)
        "192.88.99.0/24",  // relays of 6to4, withdrawn (RFC 7526)
        "192.168.0.0/16",  // private
        "192.175.48.0/24",  // AS112 (RFC 7534)
        "198.18.0.0/15",  // benchmarks (RFC 2544)
        "198.51.100.0/24",  // documentation
        "203.0.113.0/24",  // documentation
        "224.0.0.0/4",  // multicast (RFC 5771)
        "240.0.0.0/4",  // reserved, and broadcast (RFC 1112, RFC 919)
    ].map(network)

    private static func network(_ text: String) -> Network {
        guard let network = Network(text) else { preconditionFailure("\(text) is no network") }
        return network
    }
}
