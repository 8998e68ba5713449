import Crypto
import Foundation
import RelayConsole
import RelayDomain

extension Keyring {
    /// What is done with secrets of people: HMAC-SHA256 under a key for each purpose, AES-256-GCM for secrets that are needed again.
    var peopleSecrets: PeopleSecrets {
        let hashKeys = Dictionary(
            uniqueKeysWithValues: PeopleSecrets.Purpose.allCases.map { ($0, derivedKey("nexrelay people \($0.rawValue) v1")) })
        let sealKey = derivedKey("nexrelay people secrets v1")
        return PeopleSecrets(
            hash: { purpose, bytes in
                guard let key = hashKeys[purpose] else { preconditionFailure("a purpose without a key") }
                return KeyHash(bytes: Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key)))
            },
            seal: { secret, context in
                guard let box = try? AES.GCM.seal(secret, using: sealKey, authenticating: Array(context.utf8)), let combined = box.combined
                else { preconditionFailure("a secret could not be encrypted") }
                return Array(combined)
            },
            open: { sealed, context in
                guard let box = try? AES.GCM.SealedBox(combined: sealed),
                    let secret = try? AES.GCM.open(box, using: sealKey, authenticating: Array(context.utf8))
                else { return nil }
                return Array(secret)
            })
    }
}
