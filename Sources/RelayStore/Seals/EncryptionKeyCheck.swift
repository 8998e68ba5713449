extension LedgerWriter {
    /// Makes sure that the books are used with the encryption key that they were made with. The first relay to ask leaves its key's
    /// fingerprint in them.
    /// - Parameter fingerprint: a keyed hash of something that never changes, which tells nothing about the key.
    /// - Throws: ``OtherEncryptionKey``; ``StoreFailure`` where the books cannot be written.
    public func requireEncryptionKey(_ fingerprint: [UInt8]) async throws {
        try await run { session in
            try session.execute(keepFingerprint) {
                $0.append(name)
                $0.append(fingerprint)
            }
            let known = try session.rows(fingerprintOfKey, bind: { $0.append(name) }) { Array($0.bytes(0)) }
            guard known == [fingerprint] else { throw OtherEncryptionKey() }
        }
    }
}

/// The books were made with another encryption key.
public struct OtherEncryptionKey: Error, CustomStringConvertible {
    public let description = """
        the books were made with another encryption key: with this one no customer's key would be known, no kept answer could be read, \
        and the journal's seals would not verify; put the `encryption.key` that belongs to this database back in its place
        """
}

private let name = "encryption_key"
private let keepFingerprint = SQLStatement.insert(into: "settings", "name, value", onConflict: "(name) DO NOTHING")
private let fingerprintOfKey = SQLStatement.read("value", from: "settings", by: "name")
