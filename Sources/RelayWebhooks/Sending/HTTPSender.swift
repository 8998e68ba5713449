public import NIOCore
import NIOPosix
public import NIOSSL
public import RelayDomain

/// Sends messages over HTTP/1.1, a connection each, to an address that it has looked at.
///
/// What strangers name is called by this machine, from inside of the operator's network. So the name is looked up once, and the connection
/// goes to one of the addresses that were found and allowed, whatever the name leads to a moment later. No redirect is followed, no proxy
/// is asked, and nothing of an answer but its status is looked at.
public struct HTTPSender: DeliverySender {
    /// The bounds of an attempt.
    public struct Limits: Sendable {
        public var attemptMilliseconds = DeliveryLimits.attemptMilliseconds
        public var connectMilliseconds = DeliveryLimits.connectMilliseconds

        public init() {}
    }

    let group: any EventLoopGroup
    let resolver: any HostResolver
    let rule: AddressRule
    let tls: NIOSSLContext
    let limits: Limits

    /// - Parameters:
    ///   - rule: which addresses may be connected to.
    ///   - trust: who certifies the receivers; nil for whom the system trusts.
    /// - Throws: where the system's certificates cannot be read.
    public init(
        group: any EventLoopGroup, resolver: any HostResolver, rule: AddressRule, trust: NIOSSLTrustRoots? = nil, limits: Limits = Limits()
    ) throws {
        self.group = group
        self.resolver = resolver
        self.rule = rule
        self.limits = limits
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        if let trust { configuration.trustRoots = trust }
        tls = try NIOSSLContext(configuration: configuration)
    }

    public func send(_ message: SignedMessage) async -> DeliveryOutcome {
        let loop = group.any()
        let attempt = SendingAttempt(message, loop: loop, sender: self)
        return await withTaskCancellationHandler {
            loop.execute { attempt.begin() }
            return await attempt.outcome()
        } onCancel: {
            loop.execute { attempt.end(.failed(.stopped)) }
        }
    }
}
