/// Which bytes some parts of a head are made of. A bit for each byte of ASCII: this is asked for every byte of every name.
enum FieldBytes {
    /// The characters of a token (RFC 9110, section 5.6.2): letters, digits and ``!#$%&'*+-.^_`|~``.
    @inline(__always)
    static func isOfToken(_ byte: UInt8) -> Bool { has(byte, 0x03FF_6CFA_0000_0000, 0x57FF_FFFF_C7FF_FFFE) }

    /// Those of a host and a port (RFC 3986, section 3.2.2): letters, digits and `!$%&'()*+,-.:;=[]_~`.
    @inline(__always)
    static func isOfHost(_ byte: UInt8) -> Bool { has(byte, 0x2FFF_7FF2_0000_0000, 0x47FF_FFFE_AFFF_FFFE) }

    @inline(__always)
    private static func has(_ byte: UInt8, _ low: UInt64, _ high: UInt64) -> Bool {
        guard byte < 0x80 else { return false }
        return (byte < 0x40 ? low : high) >> UInt64(byte & 0x3F) & 1 == 1
    }
}
