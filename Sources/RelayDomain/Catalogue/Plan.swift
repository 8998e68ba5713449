/// What a recharge buys, and the controls that come with it.
public struct Plan: Hashable, Sendable {
    /// A high-cost model only for requests that are short and rare.
    public struct HighCostRule: Hashable, Sendable {
        public let contextTokens: Int64
        public let maxOutputTokens: Int64
        public let requestsPerMinute: Int64

        public init(contextTokens: Int64, maxOutputTokens: Int64, requestsPerMinute: Int64) {
            self.contextTokens = contextTokens
            self.maxOutputTokens = maxOutputTokens
            self.requestsPerMinute = requestsPerMinute
        }
    }

    /// Lower case: `starter`.
    public let id: String
    public let name: String
    /// What one recharge costs, as the credits that the same dollars would be.
    public let price: Credits
    /// What one recharge adds.
    public let credits: Credits
    /// Tokens a calendar month on each meter.
    public let allowances: Tokens
    /// Tokens a calendar month on all meters together.
    public let capTokens: Int64
    /// Input and output of one request.
    public let contextTokens: Int64
    public let maxOutputTokens: Int64
    public let requestsPerMinute: Int64
    public let concurrency: Int64
    /// Credits a calendar month that high-cost models may charge.
    public let highCostBudget: Credits
    /// Models in the order in which an unnamed request tries them.
    public let route: [String]
    public let highCostRule: HighCostRule?

    public init(
        id: String, name: String, price: Credits, credits: Credits, allowances: Tokens, capTokens: Int64, contextTokens: Int64,
        maxOutputTokens: Int64, requestsPerMinute: Int64, concurrency: Int64, highCostBudget: Credits, route: [String],
        highCostRule: HighCostRule? = nil
    ) {
        self.id = id
        self.name = name
        self.price = price
        self.credits = credits
        self.allowances = allowances
        self.capTokens = capTokens
        self.contextTokens = contextTokens
        self.maxOutputTokens = maxOutputTokens
        self.requestsPerMinute = requestsPerMinute
        self.concurrency = concurrency
        self.highCostBudget = highCostBudget
        self.route = route
        self.highCostRule = highCostRule
    }
}
