public import RelayDomain

/// How the data plane serves.
public struct GatewayConfiguration: Sendable {
    /// What is done about an answer whose usage the upstream did not report.
    public enum UnreportedUsage: String, Sendable, CaseIterable {
        /// Charge what was sent and delivered, counted by the relay, marked, never above the hold.
        case estimate
        /// Charge nothing.
        case waive
    }

    public struct TLS: Hashable, Sendable {
        /// Paths of PEM files.
        public var certificate: String
        public var key: String

        public init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    public var host: String
    /// 0 takes any that is free.
    public var port: Int
    public var tls: TLS?
    /// Whose `X-Forwarded-For` is believed.
    public var trustedProxies = TrustedProxies()
    public var crossOrigin = CrossOriginPolicy.any
    /// The console's private socket, to which all that is not relayed is forwarded.
    public var consoleSocket: String
    public var unreportedUsage = UnreportedUsage.estimate
    /// For keys whose policy does not say. A drain is bounded by ``GatewayLimits``.
    public var onDisconnect = OnDisconnect.drain
    public var routing = RoutingSettings()
    public var guarding = GuardSettings()
    public var limits = GatewayLimits()

    public init(host: String, port: Int, consoleSocket: String) {
        self.host = host
        self.port = port
        self.consoleSocket = consoleSocket
    }
}

/// Every bound of the data plane.
public struct GatewayLimits: Sendable {
    /// A request's body. Larger: 413.
    public var bodyBytes = 32 << 20
    /// The body of a request that is not relayed. Larger: 413.
    public var consoleBodyBytes = 64 << 10
    /// A request's head. Larger: 431.
    public var headBytes = 64 << 10
    /// A request's target. Longer: 414.
    public var targetBytes = 8 << 10
    /// A head that is not complete by then is dropped, and so is a body of which nothing came for as long.
    public var requestSeconds = 30.0
    /// A connection without a request.
    public var keepAliveSeconds = 75.0
    /// Client connections. More are closed as they come.
    public var connections = 20_000
    /// Client connections of one address, unless it is a trusted proxy's.
    public var addressConnections = 4_096
    /// Bodies that are being gathered or wait for an upstream, in bytes, over all event loops together. More: 503.
    public var gatheredBytes = 2 << 30
    /// How long a body may take to arrive, however steadily it does.
    public var bodySeconds = 300.0
    /// Requests of one wallet that wait for the ledger, on one event loop. More: 429.
    public var accountQueue = 256
    /// A plain answer of an upstream, which is held whole until it is charged.
    public var answerBytes = 32 << 20
    /// What a stream may send before its first content.
    public var preludeBytes = 64 << 10
    /// A whole request, from its arrival to its end.
    public var exchangeSeconds = 3_600.0
    /// A client that takes nothing of its answer for so long has left.
    public var stallSeconds = 120.0
    /// How long a client waits for its charge to be durable while the database fails. The charge itself waits on.
    public var settleSeconds = 60.0
    /// How long an answer is read on for a client that has left.
    public var drainSeconds = 120.0
    /// What is read on of it at the most.
    public var drainBytes = 16 << 20
    /// Answers that are read on at once; beyond it they are cancelled.
    public var drainStreams = 1_000
    /// Requests that wait for a connection to one upstream, over all event loops together.
    public var upstreamQueue = 1_024
    /// Large bodies that wait to be scanned, over all event loops together. More are refused: 503.
    public var scanQueue = 512
    /// Requests whose input waits to be counted exactly, over all event loops together. More are refused: 503.
    public var countQueue = 512
    /// An idle upstream connection.
    public var upstreamIdleSeconds = 60.0
    /// An upstream connection, which is not used again after it: so that a name's new addresses are followed.
    public var upstreamAgeSeconds = 300.0
    /// How long open exchanges may go on after a stop was asked for.
    public var shutdownSeconds = 30.0

    public init() {}
}
