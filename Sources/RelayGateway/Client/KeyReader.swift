import NIOHTTP1
import RelayDomain

/// Reads the key of a request. A connection mostly sends the same one again and again, so the last is kept with its hash.
struct KeyReader {
    private var lastText: String?
    private var lastKey: PresentedKey?

    /// - Returns: nil when there is no key, more than one, or one whose form or checksum is wrong.
    mutating func key(of head: HTTPRequestHead, hash: (KeySecret) -> KeyHash) -> PresentedKey? {
        let values = head.headers["authorization"]
        guard values.count == 1, let text = values.first else { return nil }
        if text == lastText { return lastKey }
        let parts = text.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer", let secret = KeySecret(String(parts[1].drop { $0 == " " })) else {
            return nil
        }
        let key = PresentedKey(account: secret.account, hash: hash(secret))
        lastText = text
        lastKey = key
        return key
    }
}
