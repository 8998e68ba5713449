public import RelayDomain

/// What other parts of the relay tell everybody.
public struct PublicFacts: Sendable {
    /// How every upstream fares, model by model. Of it the pages show the models alone.
    public let health: @Sendable () -> [UpstreamHealth]
    /// What a request to a model may have at most, in bytes.
    public let bodyBytes: Int
    public let headBytes: Int
    public let targetBytes: Int

    public init(health: @escaping @Sendable () -> [UpstreamHealth], bodyBytes: Int, headBytes: Int, targetBytes: Int) {
        self.health = health
        self.bodyBytes = bodyBytes
        self.headBytes = headBytes
        self.targetBytes = targetBytes
    }
}
