/// What a webhook's messages are signed with: 32 random bytes, written as `whsec_` and standard base 64 (Standard Webhooks, "Symmetric
/// signatures").
public struct WebhookSecret: Hashable, Sendable {
    public static let byteCount = 32
    private static let prefix = "whsec_"

    /// Exactly ``byteCount``.
    public let bytes: [UInt8]

    /// - Returns: nil for any other number of bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    public init(random generator: inout some RandomNumberGenerator) {
        var bytes: [UInt8] = []
        while bytes.count < Self.byteCount { bytes += (generator.next() as UInt64).bigEndianBytes }
        self.bytes = bytes
    }

    /// Reads ``text``; nil for anything that it would not write.
    public init?(_ text: String) {
        guard text.hasPrefix(Self.prefix), let bytes = Base64.decode(text.dropFirst(Self.prefix.count)) else { return nil }
        self.init(bytes: bytes)
    }

    /// The secret in full. Shown once to its owner, and never logged.
    public var text: String { Self.prefix + Base64.encode(bytes) }
}

extension WebhookSecret: CustomStringConvertible, CustomDebugStringConvertible {
    /// Never the secret, so that a careless log line cannot leak it.
    public var description: String { "\(Self.prefix)…" }
    public var debugDescription: String { description }
}
