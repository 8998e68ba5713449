/// What the operator sees of one upstream and model.
public struct UpstreamHealth: Hashable, Sendable {
    public let upstream: String
    public let model: String
    /// Times in it are milliseconds from now.
    public let state: Circuit.State

    public init(upstream: String, model: String, state: Circuit.State) {
        self.upstream = upstream
        self.model = model
        self.state = state
    }
}
