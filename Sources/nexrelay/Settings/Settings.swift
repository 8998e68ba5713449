import Logging
import RelayDomain
import RelayGateway

/// What `relay.yaml` and the environment say, read and checked. Every path in it is absolute.
struct Settings: Sendable {
    /// The database, the secrets and the console's socket lie here.
    var dataDirectory: String
    var database: DatabaseLocation
    var node: NodeSettings
    var publicListener: PublicSettings
    var admin: AdminEndpoint
    var upstreams: [UpstreamConfiguration]
    var catalogue: Catalogue
    /// nil looks for it above the program.
    var tokenizerFile: String?
    var unreportedUsage: GatewayConfiguration.UnreportedUsage
    var onDisconnect: OnDisconnect
    var routing: RoutingSettings
    var guarding: GuardSettings
    var limits: GatewayLimits
    /// nil keeps everything.
    var retention: RetentionSettings?
    var payments: PaymentSettings
    var webhooks: WebhookSettings
    var signUp: SignUp
    var logLevel: Logger.Level

    /// - Parameter consoleSocket: where the console listens.
    func gatewayConfiguration(consoleSocket: String) -> GatewayConfiguration {
        var configuration = GatewayConfiguration(
            host: publicListener.host, port: publicListener.port, consoleSocket: consoleSocket)
        configuration.tls = publicListener.tls
        configuration.trustedProxies = publicListener.trustedProxies
        configuration.crossOrigin = publicListener.crossOrigin
        configuration.unreportedUsage = unreportedUsage
        configuration.onDisconnect = onDisconnect
        configuration.routing = routing
        configuration.guarding = guarding
        configuration.limits = limits
        return configuration
    }
}

/// Where the admin API listens, and where its token lies.
struct AdminEndpoint: Hashable, Sendable {
    static let defaultHost = "127.0.0.1"
    static let defaultPort = 8_081

    var host: String
    var port: Int

    /// `host:port` as a client on this machine connects to it: an address that means "all" is taken for the loopback.
    var clientAuthority: String {
        let host = ["0.0.0.0": "127.0.0.1", "::": "::1"][self.host] ?? self.host
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
