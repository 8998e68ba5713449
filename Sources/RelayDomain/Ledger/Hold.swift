/// Credits and tokens set aside for one request, durably, before the upstream is called. It is also the request's place among those in flight.
public struct Hold: Hashable, Sendable {
    public let request: RequestID
    public let account: AccountID
    public let key: KeyID
    /// Whether it also counts against limits of the key's own.
    public let isKeyCounted: Bool
    /// The moment of the admission.
    public internal(set) var createdAt: Timestamp
    /// The month whose counters it belongs to.
    public let month: Month
    /// The path: `/v1/chat/completions`.
    public let endpoint: String
    public let isStream: Bool
    public let requestedModel: String?
    public let model: String
    public let isHighCost: Bool
    public let prices: Prices
    /// The most that the request can be charged.
    public let credits: Credits
    /// Upper bounds: all input as `input`, the output of all choices together.
    public let tokens: Tokens
    /// The output limit of one choice.
    public let maxOutputTokens: Int64
    /// What the client's SDK said of its own retries.
    public let clientRetryCount: Int64
    /// The client's `Idempotency-Key`.
    public let idempotencyKey: String?

    public init(
        request: RequestID, account: AccountID, key: KeyID, isKeyCounted: Bool = false, createdAt: Timestamp, month: Month,
        endpoint: String,
        isStream: Bool, requestedModel: String?, model: String, isHighCost: Bool, prices: Prices, credits: Credits, tokens: Tokens,
        maxOutputTokens: Int64, clientRetryCount: Int64, idempotencyKey: String? = nil
    ) {
        self.request = request
        self.account = account
        self.key = key
        self.isKeyCounted = isKeyCounted
        self.createdAt = createdAt
        self.month = month
        self.endpoint = endpoint
        self.isStream = isStream
        self.requestedModel = requestedModel
        self.model = model
        self.isHighCost = isHighCost
        self.prices = prices
        self.credits = credits
        self.tokens = tokens
        self.maxOutputTokens = maxOutputTokens
        self.clientRetryCount = clientRetryCount
        self.idempotencyKey = idempotencyKey
    }

    /// Tokens as the meters count them: reported usage, but never more than was held.
    /// - Parameter cachedLeft: what is left of the allowance for cached reads. The excess counts as input, which was held for it.
    func metered(_ tokens: Tokens, cachedLeft: Int64) -> Tokens {
        let cachedRead = min(tokens.cachedRead, self.tokens.input)
        let input = min(tokens.input, self.tokens.input - cachedRead)
        let excess = cachedRead - min(cachedRead, max(cachedLeft, 0))
        return Tokens(input: input + excess, output: min(tokens.output, self.tokens.output), cachedRead: cachedRead - excess)
    }
}
