/// A URL and a credential that answer for some models.
public struct UpstreamConfiguration: Sendable {
    public struct Timeouts: Sendable {
        public var connectSeconds: Double = 5
        /// From the request's last byte to the answer's first.
        public var firstByteSeconds: Double = 120
        /// Between two reads of an answer.
        public var idleSeconds: Double = 120
        /// A whole call, from its request to its answer's last byte.
        public var totalSeconds: Double = 3_600

        public init() {}
    }

    /// Letters, digits, `-`, `_` and `.`: it stands in receipts and metrics.
    public var name: String
    public var isTLS: Bool
    public var host: String
    public var port: Int
    /// What stands before `/chat/completions`: `/v1`. Without a slash at its end.
    public var path: String
    /// Sent as `Authorization: Bearer …`. Never logged.
    public var apiKey: String
    /// Lower first.
    public var priority: Int
    /// Within one priority, in proportion.
    public var weight: Int
    /// The name that customers use: the name that this upstream uses.
    public var models: [String: String]
    public var timeouts = Timeouts()
    /// Whether it takes `stream_options`. One that refuses it is not asked for usage on streams: where it reports none, that is estimated.
    public var takesStreamOptions = true
    /// Over all event loops together.
    public var maxConnections: Int = 512

    public init(
        name: String, isTLS: Bool, host: String, port: Int, path: String, apiKey: String, priority: Int = 0, weight: Int = 1,
        models: [String: String]
    ) {
        self.name = name
        self.isTLS = isTLS
        self.host = host
        self.port = port
        self.path = path
        self.apiKey = apiKey
        self.priority = priority
        self.weight = weight
        self.models = models
    }
}
