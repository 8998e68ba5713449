import Crypto
import Foundation
import RelayDomain
import RelayGateway
import RelayStore

extension Keyring {
    /// Keeps answers: AES-256-GCM under a key of its own, derived from the encryption key by HKDF (RFC 5869). The context is authenticated,
    /// so what was sealed for one request opens for no other.
    /// - Parameter reader: reads what was kept.
    func answerVault(reading reader: LedgerReader) -> AnswerVault {
        let key = derivedKey("nexrelay kept answers v1")
        let fingerprintKey = derivedKey("nexrelay request fingerprints v1")
        return AnswerVault(
            fingerprint: { endpoint, body in
                var code = HMAC<SHA256>(key: fingerprintKey)
                code.update(data: Array(endpoint.utf8) + [0])
                code.update(data: body)
                return Array(code.finalize())
            },
            seal: { answer, context in
                // It fails for answers of more than 64 GiB alone.
                guard let box = try? AES.GCM.seal(answer, using: key, authenticating: Array(context.utf8)), let combined = box.combined
                else {
                    preconditionFailure("an answer could not be encrypted")
                }
                return Array(combined)
            },
            read: { answer, request in try? await reader.sealedAnswer(answer, of: request) },
            open: { sealed, context in
                guard let box = try? AES.GCM.SealedBox(combined: sealed),
                    let answer = try? AES.GCM.open(box, using: key, authenticating: Array(context.utf8))
                else { return nil }
                return Array(answer)
            })
    }

    func derivedKey(_ label: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Array(label.utf8), outputByteCount: 32)
    }
}
