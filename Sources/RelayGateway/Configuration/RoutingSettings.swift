public import RelayDomain

/// How upstreams are chosen, and how often.
public struct RoutingSettings: Hashable, Sendable {
    /// Upstream calls of one request, over all models of its route.
    public var attempts = 3
    /// For moderation requests that name no model.
    public var moderationModel: String?
    public var circuit = CircuitSettings()
    public var budget = RetryBudget.Settings()

    public init() {}
}
