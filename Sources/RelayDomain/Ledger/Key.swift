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
    /// Kept only where ``isCounted``.
    public var counters: KeyCounters

    public init(
        id: KeyID, account: AccountID, hash: KeyHash, name: String, displayPrefix: String, policy: KeyPolicy, createdAt: Timestamp,
        revokedAt: Timestamp? = nil, counters: KeyCounters? = nil
    ) {
        self.id = id
        self.account = account
        self.hash = hash
        self.name = name
        self.displayPrefix = displayPrefix
        self.policy = policy
        self.createdAt = createdAt
        self.revokedAt = revokedAt
        self.counters = counters ?? KeyCounters(month: createdAt.month)
    }

    /// Whether it opens anything at `time`.
    public func isValid(at time: Timestamp) -> Bool {
        revokedAt == nil && (policy.expiresAt.map { time < $0 } ?? true)
    }

    /// Whether its policy has a limit that takes counting. The row of a key without one is not written by its requests.
    public var isCounted: Bool {
        policy.monthlyBudget != nil || policy.requestsPerMinute != nil || policy.concurrency != nil
    }

    mutating func countRate(of hold: Hold) {
        if policy.requestsPerMinute != nil { counters.rate.admit(at: hold.createdAt) }
    }

    mutating func take(_ hold: Hold) {
        counters.openHolds += 1
        counters.held += hold.credits
    }

    /// Gives back what the hold took, and counts what was charged, in the hold's own month.
    mutating func release(_ hold: Hold, charging charge: Credits) {
        counters.openHolds -= 1
        guard hold.month == counters.month else { return }
        counters.held -= hold.credits
        counters.used += charge
    }
}

/// What a key with limits of its own has used of them.
public struct KeyCounters: Hashable, Sendable {
    public var openHolds: Int64 = 0
    /// The month that the credits below belong to. It never goes backwards.
    public var month: Month
    public var used = Credits.zero
    /// What this month's open holds reserve.
    public var held = Credits.zero
    public var rate = RateWindow()

    public init(month: Month) {
        self.month = month
    }

    /// Starts the credits anew when a month has begun.
    public mutating func roll(to month: Month) {
        guard month > self.month else { return }
        self.month = month
        used = .zero
        held = .zero
    }
}
