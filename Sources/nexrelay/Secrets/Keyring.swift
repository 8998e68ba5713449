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

    /// The keyed hash under which a customer's secret is stored: HMAC-SHA256 (RFC 2104) over a label, a zero byte and the secret.
    func hash(_ secret: KeySecret) -> KeyHash {
        var code = HMAC<SHA256>(key: key)
        code.update(data: Self.secretLabel)
        code.update(data: Array(secret.text.utf8))
        return KeyHash(bytes: Array(code.finalize()))
    }
}
