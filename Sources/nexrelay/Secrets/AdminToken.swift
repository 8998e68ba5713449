import Crypto

/// The operator's token, as a listener knows it: by its hash, so that a comparison takes the same time whatever is presented.
struct AdminToken: Sendable {
    private let digest: SHA256.Digest

    init(_ token: String) {
        digest = SHA256.hash(data: Array(token.utf8))
    }

    /// Digests compare in constant time, and their length says nothing about the token's.
    func matches(_ presented: String) -> Bool {
        SHA256.hash(data: Array(presented.utf8)) == digest
    }
}
