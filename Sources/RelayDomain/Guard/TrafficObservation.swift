/// How one request of a wallet went, as the guard sees it.
public struct TrafficObservation: Hashable, Sendable {
    public enum End: Hashable, Sendable {
        case answered
        /// By a limit of the plan, the key or the wallet.
        case refused
        /// What was sent could not be served: by the relay's own judgement or by the upstream's.
        case clientFault
        /// The relay or its upstreams failed. Never held against a wallet, and neither is a retry that follows from it.
        case relayFault
    }

    public let end: End
    /// What the client's SDK says of its own retries is above zero.
    public let isDeclaredRetry: Bool
    public let isDisconnect: Bool
    /// Of endpoint and body: the same request has the same.
    public let body: UInt64

    public init(end: End, isDeclaredRetry: Bool, isDisconnect: Bool, body: UInt64) {
        self.end = end
        self.isDeclaredRetry = isDeclaredRetry
        self.isDisconnect = isDisconnect
        self.body = body
    }
}

/// Traffic that passed a threshold.
public struct TrafficVerdict: Hashable, Sendable {
    public let reason: Review.Reason
    public let summary: String
}
