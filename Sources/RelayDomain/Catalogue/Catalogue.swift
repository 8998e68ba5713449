/// The models and plans that the relay sells, and which of the models an upstream serves now. Immutable; a reload swaps it whole.
public struct Catalogue: Sendable {
    /// In the order of the configuration.
    public let models: [Model]
    /// In the order of the configuration, which is from the lowest to the highest.
    public let plans: [Plan]
    /// Names of the models for which an upstream is configured.
    public let servedModels: Set<String>

    private let modelsByName: [String: Model]
    private let plansByID: [String: Plan]

    public init(models: [Model], plans: [Plan], servedModels: Set<String>) {
        self.models = models
        self.plans = plans
        self.servedModels = servedModels
        modelsByName = Dictionary(models.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        plansByID = Dictionary(plans.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    public func model(_ name: String) -> Model? { modelsByName[name] }

    public func plan(_ id: String) -> Plan? { plansByID[id] }

    /// Whether a recharge with one plan is cheaper than with another; of two at one price the one that stands first is lower. One that is
    /// no longer offered is lower than none.
    public func isPlan(_ id: String, lowerThan other: String) -> Bool {
        guard let a = plans.firstIndex(where: { $0.id == id }), let b = plans.firstIndex(where: { $0.id == other }) else { return false }
        return (plans[a].price, a) < (plans[b].price, b)
    }

    /// The models that a customer may call, in route order; those beyond the route follow it.
    public func models(for plan: Plan?, allowedBy policy: KeyPolicy) -> [Model] {
        let route = plan?.route ?? []
        let others = models.map(\.name).filter { !route.contains($0) }
        return (route + others).compactMap(model).filter { servedModels.contains($0.name) && policy.allows(model: $0.name) }
    }
}
