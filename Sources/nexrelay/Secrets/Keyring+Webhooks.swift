import Crypto
import RelayDomain

extension Keyring {
    /// A sealed secret that cannot be opened: under another encryption key, of another webhook, or altered.
    struct UnreadableSecret: Error {}

    /// Seals a webhook's secret for the database: AES-256-GCM under a key of its own. The webhook's id is authenticated, so what was sealed
    /// for one webhook opens for no other.
    func seal(_ secret: WebhookSecret, of webhook: WebhookID) -> [UInt8] {
        guard let box = try? AES.GCM.seal(secret.bytes, using: webhookKey, authenticating: Array("\(webhook)".utf8)),
            let combined = box.combined
        else { preconditionFailure("a secret could not be encrypted") }
        return Array(combined)
    }

    /// The reverse of ``seal(_:of:)``.
    /// - Throws: ``UnreadableSecret``.
    func openSecret(_ sealed: [UInt8], of webhook: WebhookID) throws(UnreadableSecret) -> [UInt8] {
        guard let box = try? AES.GCM.SealedBox(combined: sealed),
            let secret = try? AES.GCM.open(box, using: webhookKey, authenticating: Array("\(webhook)".utf8))
        else { throw UnreadableSecret() }
        return Array(secret)
    }

    private var webhookKey: SymmetricKey { derivedKey("nexrelay webhook secrets v1") }
}
