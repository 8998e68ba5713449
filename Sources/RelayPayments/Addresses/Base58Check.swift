import Crypto

/// Bytes and four bytes of their double SHA-256, in the alphabet of Bitcoin's addresses.
enum Base58Check {
    private static let alphabet = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)
    private static let checksumCount = 4
    /// Longer than any address; the conversion takes time in the square of the length.
    private static let greatestLength = 64

    static func encode(_ payload: [UInt8]) -> String {
        let bytes = payload + checksum(payload)
        var digits: [UInt8] = []
        for byte in bytes {
            var carry = Int(byte)
            for index in digits.indices {
                carry += Int(digits[index]) << 8
                digits[index] = UInt8(carry % 58)
                carry /= 58
            }
            while carry > 0 {
                digits.append(UInt8(carry % 58))
                carry /= 58
            }
        }
        let zeros = bytes.prefix { $0 == 0 }.count
        return String(decoding: Array(repeating: alphabet[0], count: zeros) + digits.reversed().map { alphabet[Int($0)] }, as: UTF8.self)
    }

    /// - Returns: the payload; nil for a foreign character, or a checksum that is not the payload's.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        guard text.utf8.count <= greatestLength else { return nil }
        var bytes: [UInt8] = []
        for character in text.utf8 {
            guard var carry = alphabet.firstIndex(of: character) else { return nil }
            for index in bytes.indices {
                carry += Int(bytes[index]) * 58
                bytes[index] = UInt8(carry & 0xFF)
                carry >>= 8
            }
            while carry > 0 {
                bytes.append(UInt8(carry & 0xFF))
                carry >>= 8
            }
        }
        let zeros = text.utf8.prefix { $0 == alphabet[0] }.count
        let decoded = Array(repeating: 0, count: zeros) + bytes.reversed()
        guard decoded.count >= checksumCount else { return nil }
        let payload = Array(decoded.dropLast(checksumCount))
        return Array(decoded.suffix(checksumCount)) == checksum(payload) ? payload : nil
    }

    private static func checksum(_ payload: [UInt8]) -> [UInt8] {
        Array(SHA256.hash(data: Array(SHA256.hash(data: payload))).prefix(checksumCount))
    }
}
