/// A model of the catalogue, by the name that customers use.
public struct Model: Hashable, Sendable {
    public let name: String
    public let prices: Prices
    /// The most tokens, input and output together, that one request may have.
    public let contextTokens: Int64
    /// Whether its charges count against the plan's monthly high-cost budget.
    public let isHighCost: Bool

    public init(name: String, prices: Prices = .standard, contextTokens: Int64 = 400_000, isHighCost: Bool = false) {
        self.name = name
        self.prices = prices
        self.contextTokens = contextTokens
        self.isHighCost = isHighCost
    }
}
