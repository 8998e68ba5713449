public import RelayDomain

/// How answers are kept for a repeat of their request: encrypted, so that the database holds none in the clear.
public struct AnswerVault: Sendable {
    /// The longest body of an answer that is kept.
    public static let bodyLimit = 1 << 20

    /// 32 bytes of an endpoint and a body that no other two share, keyed.
    public let fingerprint: @Sendable (_ endpoint: String, _ body: UnsafeRawBufferPointer) -> [UInt8]
    /// Encrypts, and binds the result to a context: what was sealed in one opens in no other.
    public let seal: @Sendable (_ answer: [UInt8], _ context: String) -> [UInt8]
    /// Reads what was kept of a request; nil where there is nothing any more.
    public let read: @Sendable (_ answer: AnswerRecord.ID, _ request: RequestID) async -> [UInt8]?
    /// nil for what was not sealed with this key, in this context.
    public let open: @Sendable (_ sealed: [UInt8], _ context: String) -> [UInt8]?

    public init(
        fingerprint: @escaping @Sendable (_ endpoint: String, _ body: UnsafeRawBufferPointer) -> [UInt8],
        seal: @escaping @Sendable (_ answer: [UInt8], _ context: String) -> [UInt8],
        read: @escaping @Sendable (_ answer: AnswerRecord.ID, _ request: RequestID) async -> [UInt8]?,
        open: @escaping @Sendable (_ sealed: [UInt8], _ context: String) -> [UInt8]?
    ) {
        self.fingerprint = fingerprint
        self.seal = seal
        self.read = read
        self.open = open
    }
}
