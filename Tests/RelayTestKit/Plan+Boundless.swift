public import RelayDomain

extension Plan {
    /// A plan whose limits are out of reach, for tests of something else. Dearer than the built-in ones.
    public static let boundless = Plan(
        id: "boundless", name: "Boundless", price: Credits(1_000_000_000), credits: Credits(1_000_000_000),
        allowances: Tokens(input: 1 << 50, output: 1 << 50, cachedRead: 1 << 50), capTokens: 1 << 50, contextTokens: 1 << 30,
        maxOutputTokens: 1 << 30, requestsPerMinute: 1 << 30, concurrency: 1 << 30, highCostBudget: Credits(1_000_000_000),
        route: ["gpt-5.2", "gpt-5.5"])
}
