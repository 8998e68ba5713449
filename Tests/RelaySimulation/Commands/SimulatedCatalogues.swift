import RelayDomain
import RelayTestKit

/// What nodes sell: after a change of the configuration for a while not all the same.
enum SimulatedCatalogues {
    static let all = [LimitScenario.catalogue, dearer, smaller]

    /// Other prices, and longer answers.
    private static let dearer = Catalogue(
        models: LimitScenario.catalogue.models.map {
            Model(
                name: $0.name,
                prices: Prices(
                    input: Credits(thousandths: $0.prices.input.thousandths * 3 / 2), output: Credits(thousandths: 7_654_321),
                    cachedRead: $0.prices.cachedRead), contextTokens: $0.contextTokens, isHighCost: $0.isHighCost)
        }, plans: LimitScenario.catalogue.plans, servedModels: ["plain", "odd", "dear"])

    /// A plan and a model fewer, and `costly` is no longer costly.
    private static let smaller = Catalogue(
        models: LimitScenario.catalogue.models.filter { $0.name != "odd" }.map {
            Model(
                name: $0.name, prices: $0.prices, contextTokens: $0.contextTokens, isHighCost: $0.isHighCost && $0.name != "costly")
        }, plans: LimitScenario.catalogue.plans.filter { $0.id != "middle" }, servedModels: ["plain", "dear", "costly"])
}
