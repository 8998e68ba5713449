extension NetworkAddress {
    /// Whether only this machine has it: 127.0.0.0/8 or ::1 (RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3).
    public var isLoopback: Bool { bits == 1 || bits >> 24 == 0xFFFF_7F }

    /// The place that an address stands for where people are counted by it: one address of version 4, and of version 6 the /64, of which
    /// one customer of a provider has all.
    public var place: String { bits >> 32 == 0xFFFF ? description : "\(NetworkAddress(prefixOf: bits))/64" }

    private init(prefixOf bits: UInt128) { self.bits = (bits >> 64) << 64 }
}
