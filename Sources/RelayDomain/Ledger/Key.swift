/// What a key may do beyond what its account's plan says. nil and empty mean: no limit of its own.
public struct KeyPolicy: Hashable, Sendable {
    public var models: [String]
    public var maxOutputTokens: Int64?
    public var expiresAt: Timestamp?

    public init(models: [String] = [], maxOutputTokens: Int64? = nil, expiresAt: Timestamp? = nil) {
        self.models = models
        self.maxOutputTokens = maxOutputTokens
        self.expiresAt = expiresAt
    }

    public func allows(model: String) -> Bool { models.isEmpty || models.contains(model) }
}

/// A customer's key, without its secret.
public struct Key: Hashable, Sendable {
    public let id: KeyID
    public let account: AccountID
    public let hash: KeyHash
    public let name: String
    /// What may be shown of the secret.
    public let displayPrefix: String
    public let policy: KeyPolicy
    public let createdAt: Timestamp
    public var revokedAt: Timestamp?

    public init(
        id: KeyID, account: AccountID, hash: KeyHash, name: String, displayPrefix: String, policy: KeyPolicy, createdAt: Timestamp,
        revokedAt: Timestamp? = nil
    ) {
        self.id = id
        self.account = account
        self.hash = hash
        self.name = name
        self.displayPrefix = displayPrefix
        self.policy = policy
        self.createdAt = createdAt
        self.revokedAt = revokedAt
    }

    /// Whether it opens anything at `time`.
    public func isValid(at time: Timestamp) -> Bool {
        revokedAt == nil && (policy.expiresAt.map { time < $0 } ?? true)
    }
}
