/// An HTTP answer, whole.
public struct RPCAnswer: Hashable, Sendable {
    public let status: Int
    public let body: [UInt8]

    public init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}

/// Why no whole HTTP answer came.
public enum TransportFault: Error, Hashable, Sendable {
    case timedOut
    /// The body is longer than ``RPCLimits/responseBytes``.
    case tooLarge
    /// - Parameter reason: in a few words, without the address.
    case unreachable(reason: String)
}

/// Carries one request to one endpoint.
public protocol RPCTransport: Sendable {
    /// - Parameter body: JSON.
    func send(_ body: [UInt8]) async throws(TransportFault) -> RPCAnswer
}

/// What a scanner takes from an endpoint, and for how long it waits.
public enum RPCLimits {
    /// Logs of a thousand blocks are a few hundred kilobytes where many pay.
    public static let responseBytes = 8 << 20
    /// For one request, from the connection to the last byte.
    public static let requestSeconds: Int64 = 20
    public static let connectSeconds: Int64 = 5
    /// Addresses in one filter. TRON's nodes take a thousand.
    static let filterAddresses = 100
}
