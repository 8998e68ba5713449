/// What is added up: one day, model and key of an account.
public struct UsageGroup: Hashable, Sendable {
    public let account: AccountID
    /// Days since 1970-01-01, UTC: the day of the admission.
    public let day: Int64
    public let model: String
    public let key: KeyID

    public init(account: AccountID, day: Int64, model: String, key: KeyID) {
        self.account = account
        self.day = day
        self.model = model
        self.key = key
    }
}

/// Settled requests, their tokens as the meters counted them, and what they were charged.
public struct UsageTotal: Hashable, Sendable {
    public var requests: Int64
    public var tokens: Tokens
    public var credits: Credits

    public init(requests: Int64 = 0, tokens: Tokens = .zero, credits: Credits = .zero) {
        self.requests = requests
        self.tokens = tokens
        self.credits = credits
    }

    public static func += (a: inout UsageTotal, b: UsageTotal) {
        a.requests += b.requests
        a.tokens += b.tokens
        a.credits += b.credits
    }
}
