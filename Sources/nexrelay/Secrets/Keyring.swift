import Crypto
import RelayDomain

/// What is derived from the encryption key.
struct Keyring: Sendable {
    /// Keeps hashes of secrets apart from anything else that this key may ever sign.
    private static let secretLabel = Array("nexrelay key hash v1\0".utf8)

    let key: SymmetricKey

    /// - Parameter key: 32 bytes.
    init(key: [UInt8]) {
        self.key = SymmetricKey(data: key)
    }

    /// What upstreams see of an account's own identifier of a user or a cache: HMAC-SHA256 over a label, the account and the identifier, its
    /// first 24 bytes in hexadecimal.
    func pseudonym(of identifier: UnsafeRawBufferPointer, account: AccountID) -> String {
        var code = HMAC<SHA256>(key: key)
        code.update(data: Self.pseudonymLabel)
        code.update(data: Array("\(account)\0".utf8))
        code.update(data: identifier)
        let digits = Array("0123456789abcdef".utf8)
        let bytes = Array(code.finalize()).prefix(24)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] }, as: UTF8.self)
    }

    private static let pseudonymLabel = Array("nexrelay pseudonym v1\0".utf8)

    /// The keyed hash under which a customer's secret is stored: HMAC-SHA256 (RFC 2104) over a label, a zero byte and the secret.
    func hash(_ secret: KeySecret) -> KeyHash {
        var code = HMAC<SHA256>(key: key)
        code.update(data: Self.secretLabel)
        code.update(data: Array(secret.text.utf8))
        return KeyHash(bytes: Array(code.finalize()))
    }
}
