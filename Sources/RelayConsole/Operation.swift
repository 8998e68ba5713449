public import RelayDomain

/// What the data plane tells the operator.
public struct Operation: Sendable {
    /// How every upstream fares, model by model.
    public let health: @Sendable () -> [UpstreamHealth]
    /// All metrics, in Prometheus' text form.
    public let metrics: @Sendable () -> String

    public init(health: @escaping @Sendable () -> [UpstreamHealth], metrics: @escaping @Sendable () -> String) {
        self.health = health
        self.metrics = metrics
    }
}
