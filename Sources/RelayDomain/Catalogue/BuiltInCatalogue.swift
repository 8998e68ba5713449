extension Catalogue {
    /// The models and plans that are sold when the configuration names none of its own. Figures are promises to customers.
    public static func builtIn(servedModels: Set<String>) -> Catalogue {
        Catalogue(models: builtInModels, plans: builtInPlans, servedModels: servedModels)
    }

    public static let builtInModels = [
        Model(name: "gpt-5.2"),
        Model(name: "gpt-5.3"),
        Model(name: "gpt-5.4"),
        Model(name: "gpt-5.5", isHighCost: true),
    ]

    public static let builtInPlans = [
        Plan(
            id: "starter", name: "Starter", price: Credits(9_000_000), credits: Credits(9_000_000),
            allowances: Tokens(input: 3_000_000, output: 600_000, cachedRead: 6_000_000), capTokens: 10_000_000,
            contextTokens: 32_000, maxOutputTokens: 1_000, requestsPerMinute: 20, concurrency: 2,
            highCostBudget: Credits(1_200_000), route: ["gpt-5.2", "gpt-5.3", "gpt-5.4", "gpt-5.5"],
            highCostRule: Plan.HighCostRule(contextTokens: 8_000, maxOutputTokens: 512, requestsPerMinute: 2)),
        Plan(
            id: "pro", name: "Pro", price: Credits(29_000_000), credits: Credits(29_000_000),
            allowances: Tokens(input: 18_000_000, output: 4_000_000, cachedRead: 40_000_000), capTokens: 62_000_000,
            contextTokens: 128_000, maxOutputTokens: 4_000, requestsPerMinute: 120, concurrency: 10,
            highCostBudget: Credits(8_000_000), route: ["gpt-5.3", "gpt-5.2", "gpt-5.4", "gpt-5.5"]),
        Plan(
            id: "business", name: "Business", price: Credits(99_000_000), credits: Credits(99_000_000),
            allowances: Tokens(input: 85_000_000, output: 18_000_000, cachedRead: 200_000_000), capTokens: 303_000_000,
            contextTokens: 256_000, maxOutputTokens: 8_000, requestsPerMinute: 600, concurrency: 50,
            highCostBudget: Credits(35_000_000), route: ["gpt-5.4", "gpt-5.5", "gpt-5.3", "gpt-5.2"]),
    ]
}
