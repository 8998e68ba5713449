public import RelayDomain

/// An account or a contract on a chain: 20 bytes, which each network's people write in their own way.
public struct ChainAddress: Hashable, Sendable {
    public let bytes: [UInt8]

    private static let count = 20
    /// What stands before the 20 bytes in TRON's own forms.
    private static let tronPrefix: UInt8 = 0x41

    init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.count else { return nil }
        self.bytes = Array(bytes)
    }

    /// Reads an address as people write it: base58check on TRON, `0x` and 40 digits on the others.
    ///
    /// An address in mixed case carries a checksum (EIP-55), which has to be right; one in a single case carries none.
    /// - Returns: nil for anything else, or where a checksum is wrong.
    public init?(_ text: String, on network: PaymentNetwork) {
        if network == .tron {
            guard let payload = Base58Check.decode(text), payload.first == Self.tronPrefix else { return nil }
            self.init(bytes: payload.dropFirst())
        } else {
            guard text.hasPrefix("0x"), text.utf8.count == 2 + 2 * Self.count, let bytes = Hexadecimal.bytes(text) else { return nil }
            self.init(bytes: bytes)
            let digits = text.dropFirst(2)
            let isMixed = digits.contains(where: \.isLowercase) && digits.contains(where: \.isUppercase)
            guard !isMixed || checksummed == text else { return nil }
        }
    }

    /// Reads an address as nodes write it: hexadecimal digits, with `0x` or without, and on TRON with the prefix `41` or without.
    init?(hexadecimal text: some StringProtocol) {
        guard text.utf8.count <= 44, let bytes = Hexadecimal.bytes(text) else { return nil }
        let isTRON = bytes.count == Self.count + 1 && bytes[0] == Self.tronPrefix
        self.init(bytes: isTRON ? bytes.dropFirst() : bytes[...])
    }

    /// The address in a topic or in a word of a call: 12 bytes of zeros before it.
    init?(word: some Collection<UInt8>) {
        guard word.count == 32, word.prefix(32 - Self.count).allSatisfy({ $0 == 0 }) else { return nil }
        self.init(bytes: word.suffix(Self.count))
    }

    /// The canonical form, by which the books know it: base58check on TRON, lower case with `0x` on the others.
    public func text(on network: PaymentNetwork) -> String {
        network == .tron ? Base58Check.encode([Self.tronPrefix] + bytes) : hexadecimal
    }

    /// `0x` and 40 digits in lower case: what nodes take, TRON's too.
    var hexadecimal: String { "0x" + Hexadecimal.digits(bytes) }

    /// 64 digits, without `0x`.
    var word: String { String(repeating: "0", count: 24) + Hexadecimal.digits(bytes) }

    /// EIP-55: a letter is a capital where the hash of the digits says so.
    var checksummed: String {
        let digits = Array(Hexadecimal.digits(bytes).utf8)
        let hash = Keccak256.hash(digits)
        let marked = digits.enumerated().map { index, digit in
            let nibble = index % 2 == 0 ? hash[index / 2] >> 4 : hash[index / 2] & 15
            return digit >= 0x61 && nibble >= 8 ? digit - 0x20 : digit
        }
        return "0x" + String(decoding: marked, as: UTF8.self)
    }
}
