/// An address of the Internet Protocol, as 128 bits; version 4 is mapped into version 6 (RFC 4291, section 2.5.5.2), so that a client is
/// the same one on both kinds of socket.
public struct NetworkAddress: Hashable, Sendable {
    let bits: UInt128

    private static let mappedPrefix: UInt128 = 0xFFFF << 32

    /// - Parameter bytes: 4 or 16, in network order; nil for any other number.
    public init?(bytes: some Collection<UInt8>) {
        let value = bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        switch bytes.count {
        case 4: bits = Self.mappedPrefix | value
        case 16: bits = value
        default: return nil
        }
    }

    /// Reads `192.0.2.1`, `2001:db8::1` or `::ffff:192.0.2.1` (RFC 4291, section 2.2), without brackets and zone.
    public init?(_ text: some StringProtocol) {
        if text.contains(":") {
            guard let bits = Self.version6(text) else { return nil }
            self.bits = bits
        } else {
            guard let value = Self.version4(text) else { return nil }
            bits = Self.mappedPrefix | UInt128(value)
        }
    }

    private static func version4(_ text: some StringProtocol) -> UInt32? {
        let parts = String(text).split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy(\.isDigit), part.utf8.count == 1 || part.utf8.first != 0x30,
                let number = UInt8(part)
            else { return nil }
            value = value << 8 | UInt32(number)
        }
        return value
    }

    private static func version6(_ text: some StringProtocol) -> UInt128? {
        let parts = String(text).split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        // `::` stands for as many zeros as are missing, once. At an end of the text it leaves an empty part on each side of a colon.
        var groups: [UInt16] = []
        var gap: Int?
        for (index, part) in parts.enumerated() {
            if part.isEmpty {
                if index == 0 {
                    guard parts.count > 2, parts[1].isEmpty else { return nil }
                } else if index == parts.count - 1 {
                    guard parts[index - 1].isEmpty, gap == groups.count else { return nil }
                } else {
                    guard gap == nil else { return nil }
                    gap = groups.count
                }
            } else if index == parts.count - 1, part.contains(".") {
                guard let value = version4(part) else { return nil }
                groups += [UInt16(value >> 16), UInt16(value & 0xFFFF)]
            } else {
                guard part.utf8.count <= 4, part.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }), let group = UInt16(part, radix: 16) else {
                    return nil
                }
                groups.append(group)
            }
        }
        guard groups.count <= 8, gap == nil ? groups.count == 8 : groups.count < 8 else { return nil }
        if let gap { groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap) }
        return groups.reduce(0) { $0 << 16 | UInt128($1) }
    }
}

extension NetworkAddress: CustomStringConvertible {
    /// `192.0.2.1`, or all eight groups of version 6 without leading zeros; ``init(_:)`` reads both.
    public var description: String {
        if bits >> 32 == 0xFFFF {
            return stride(from: 24, through: 0, by: -8).map { String(UInt8(truncatingIfNeeded: bits >> UInt128($0))) }.joined(
                separator: ".")
        }
        return stride(from: 112, through: 0, by: -16).map { String(UInt16(truncatingIfNeeded: bits >> UInt128($0)), radix: 16) }
            .joined(separator: ":")
    }
}

/// A range of addresses: `192.0.2.0/24`, `2001:db8::/32`; one address without a slash is a range of its own.
public struct Network: Hashable, Sendable, CustomStringConvertible {
    private let base: UInt128
    private let mask: UInt128
    /// As it was written.
    public let description: String

    /// Reads CIDR notation (RFC 4632, RFC 4291). Bits behind the prefix do not matter.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let address = NetworkAddress(parts[0]) else { return nil }
        let isVersion4 = !parts[0].contains(":")
        let width = isVersion4 ? 32 : 128
        var length = width
        if parts.count == 2 {
            guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy(\.isDigit), let number = Int(parts[1]), number <= width
            else { return nil }
            length = number
        }
        mask = length == 0 && !isVersion4 ? 0 : UInt128.max << UInt128(width - length)
        base = address.bits & mask
        description = text
    }

    public func contains(_ address: NetworkAddress) -> Bool { address.bits & mask == base }

    public static func == (a: Network, b: Network) -> Bool { a.base == b.base && a.mask == b.mask }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(base)
        hasher.combine(mask)
    }
}
