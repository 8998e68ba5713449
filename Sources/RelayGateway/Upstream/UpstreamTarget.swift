import NIOCore
import NIOHTTP1
import NIOSSL

/// An upstream as the data plane uses it: the configuration made ready, shared by all event loops.
struct UpstreamTarget: Sendable {
    enum Address: Sendable {
        case host(String, Int)
        case socket(String)
    }

    let name: String
    let address: Address
    let tls: NIOSSLContext?
    /// nil for an address: those are not sent as a server name.
    let tlsName: String?
    /// The request's target for an endpoint is this and what follows `/v1`.
    let path: String
    let models: [String: String]
    let connectTimeout: TimeAmount
    let firstByteTimeout: TimeAmount
    let idleTimeout: TimeAmount
    let totalTimeout: TimeAmount
    let maxConnections: Int
    let takesStreamOptions: Bool
    let priority: Int
    let weight: Int
    /// Sent with every request, but for the content's length.
    let headers: HTTPHeaders

    /// - Parameter trust: whose certificates are believed; nil for those that the system has.
    init(_ configuration: UpstreamConfiguration, trust: NIOSSLTrustRoots? = nil) throws {
        name = configuration.name
        address = .host(configuration.host, configuration.port)
        tls = configuration.isTLS ? try Self.context(trust) : nil
        tlsName = (try? SocketAddress(ipAddress: configuration.host, port: 0)) == nil ? configuration.host : nil
        path = configuration.path
        models = configuration.models
        connectTimeout = TimeAmount(seconds: configuration.timeouts.connectSeconds)
        firstByteTimeout = TimeAmount(seconds: configuration.timeouts.firstByteSeconds)
        idleTimeout = TimeAmount(seconds: configuration.timeouts.idleSeconds)
        maxConnections = configuration.maxConnections
        takesStreamOptions = configuration.takesStreamOptions
        priority = configuration.priority
        weight = configuration.weight
        totalTimeout = TimeAmount(seconds: configuration.timeouts.totalSeconds)
        let isDefaultPort = configuration.port == (configuration.isTLS ? 443 : 80)
        headers = [
            "host": isDefaultPort ? configuration.host : "\(configuration.host):\(configuration.port)",
            "authorization": "Bearer \(configuration.apiKey)",
            "content-type": "application/json",
            "accept-encoding": "identity",
            "user-agent": "nexrelay",
        ]
    }

    private static func context(_ trust: NIOSSLTrustRoots?) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let trust { configuration.trustRoots = trust }
        return try NIOSSLContext(configuration: configuration)
    }

    /// The console, behind its private socket.
    init(console path: String) {
        name = "console"
        address = .socket(path)
        tls = nil
        tlsName = nil
        self.path = ""
        models = [:]
        connectTimeout = .seconds(2)
        firstByteTimeout = .seconds(30)
        idleTimeout = .seconds(120)
        maxConnections = 64
        takesStreamOptions = true
        priority = 0
        weight = 1
        totalTimeout = .hours(24)
        headers = [:]
    }
}
