import NIOHTTP1

/// An endpoint whose requests go to an upstream and are billed.
struct RelayedEndpoint {
    /// The path at the relay: `/v1/chat/completions`.
    let path: String
    /// What stands behind the upstream's own path.
    let upstreamPath: String

    private static let all = ["/v1/chat/completions": "/chat/completions"]

    /// nil when the request is not one for an upstream.
    init?(_ request: PublicRequest) {
        guard request.head.method == .POST, let upstreamPath = Self.all[String(request.path)] else { return nil }
        path = String(request.path)
        self.upstreamPath = upstreamPath
    }
}
