public import RelayDomain
public import RelayStore

/// What other parts of the relay tell the operator, and do for the operator.
public struct Operation: Sendable {
    /// How every upstream fares, model by model.
    public let health: @Sendable () -> [UpstreamHealth]
    /// All metrics, in Prometheus' text form.
    public let metrics: @Sendable () -> String
    /// Writes copies of the books; nil where the database has tools of its own for it.
    public let backup: (any BackupSource)?

    public init(
        health: @escaping @Sendable () -> [UpstreamHealth], metrics: @escaping @Sendable () -> String, backup: (any BackupSource)? = nil
    ) {
        self.health = health
        self.metrics = metrics
        self.backup = backup
    }
}
