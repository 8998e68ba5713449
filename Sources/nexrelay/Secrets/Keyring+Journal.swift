import Crypto
import RelayStore

extension Keyring {
    /// What the journal's seals are made with: HMAC-SHA256 under a key of their own.
    var journalCode: MessageCode {
        let key = derivedKey("nexrelay journal seals v1")
        return { Array(HMAC<SHA256>.authenticationCode(for: $0, using: key)) }
    }

    /// By what the books know this key again. It tells nothing about it.
    var fingerprint: [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array("nexrelay".utf8), using: derivedKey("nexrelay key fingerprint v1")))
    }
}
