public import CoreMetrics
public import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
public import RelayDomain
public import RelayStore
public import RelayTokenizer
public import ServiceLifecycle
import Synchronization

/// The data plane: the public listener and everything between it and the upstreams.
public final class Gateway: Service {
    private let configuration: GatewayConfiguration
    private let group: MultiThreadedEventLoopGroup
    private let scanPool: NIOThreadPool
    private let countPool: NIOThreadPool
    private let freeCountPool: NIOThreadPool
    private let loops: [LoopContext]
    private let loopsByID: [ObjectIdentifier: LoopContext]
    /// That of new connections; nil where they are not encrypted.
    private let certificate: Mutex<PublicCertificate?>
    private let logger: Logger
    private let routing: Mutex<RoutingTable>
    private let listener = Mutex<(any Channel)?>(nil)

    /// - Parameters:
    ///   - writer: started, and past its recovery: the first request may come as soon as ``start()`` returns.
    ///   - tokenizer: counts inputs exactly; without it the relay holds by bounds.
    ///   - answers: keeps answers for requests that carry an idempotency key.
    ///   - metrics: where the data plane's counters are made.
    ///   - hashSecret: the keyed hash of a customer's secret.
    ///   - pseudonym: what upstreams see of a customer's own identifiers.
    ///   - threads: event loops; one a core by default.
    /// - Throws: ``PublicCertificate/Fault`` when the listener's certificate or key cannot be used; `NIOSSLError` when TLS cannot.
    public init(
        configuration: GatewayConfiguration, upstreams: [UpstreamConfiguration], writer: LedgerWriter, tokenizer: Tokenizer?,
        answers: AnswerVault, metrics: any MetricsFactory, threads: Int? = nil,
        hashSecret: @escaping @Sendable (KeySecret) -> KeyHash, pseudonym: @escaping Pseudonym,
        now: @escaping @Sendable () -> Timestamp, logger: Logger
    ) throws {
        self.configuration = configuration
        self.logger = logger
        certificate = Mutex(try configuration.tls.map(PublicCertificate.init))
        let targets = try upstreams.map { try UpstreamTarget($0) }
        let routing = RoutingTable(targets, settings: configuration.routing)
        self.routing = Mutex(routing)
        let watch = TrafficWatch(configuration.guarding)
        let connectionCounts = ConnectionCounts(limit: configuration.limits.addressConnections)
        let threads = threads ?? System.coreCount
        group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        let scanPool = NIOThreadPool(numberOfThreads: 1)
        scanPool.start()
        self.scanPool = scanPool
        // Apart from the other: a count may take seconds where a scan takes milliseconds.
        let countPool = NIOThreadPool(numberOfThreads: 1)
        countPool.start()
        self.countPool = countPool
        let freeCountPool = NIOThreadPool(numberOfThreads: 1)
        freeCountPool.start()
        self.freeCountPool = freeCountPool
        loops = group.makeIterator().map { eventLoop in
            LoopContext(
                eventLoop: eventLoop, loopCount: threads, configuration: configuration, targets: targets, routing: routing,
                writer: writer, answers: answers, watch: watch, metrics: metrics,
                connectionCounts: connectionCounts, scanPool: scanPool, countPool: countPool, freeCountPool: freeCountPool,
                inputCounter: InputCounter(tokenizer: tokenizer), hashSecret: hashSecret, pseudonym: pseudonym,
                now: now, logger: logger)
        }
        loopsByID = Dictionary(uniqueKeysWithValues: loops.map { (ObjectIdentifier($0.eventLoop), $0) })
    }

    /// Listens.
    /// - Returns: the port.
    public func start() async throws -> Int {
        for loop in loops { try await loop.eventLoop.submit { loop.startTicking() }.get() }
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture { try configure(channel) }
            }
            .bind(host: configuration.host, port: configuration.port).get()
        listener.withLock { $0 = channel }
        let port = channel.localAddress?.port ?? configuration.port
        logger.info("listening", metadata: ["host": "\(configuration.host)", "port": "\(port)"])
        return port
    }

    /// Serves until a graceful shutdown is asked for, then lets what is open end, within the configured time.
    public func run() async throws {
        try await gracefulShutdown()
        logger.info("draining")
        let channel = listener.withLock { $0 }
        try? await channel?.close()
        await onEachLoop { $0.drain() }
        let deadline = NIODeadline.now() + TimeAmount(seconds: configuration.limits.shutdownSeconds)
        while await openCount() > 0, NIODeadline.now() < deadline {
            try? await Task.sleep(for: .milliseconds(20))
            await onEachLoop { $0.drain() }
        }
        await onEachLoop { $0.abort() }
        // What was cut off still has to be entered in the books.
        while await exchangeCount() > 0, NIODeadline.now() < deadline + TimeAmount(seconds: configuration.limits.settleSeconds) {
            try? await Task.sleep(for: .milliseconds(20))
        }
        await onEachLoop { $0.stopTicking() }
        try await scanPool.shutdownGracefully()
        try await countPool.shutdownGracefully()
        try await freeCountPool.shutdownGracefully()
        try await group.shutdownGracefully()
        logger.info("stopped")
    }

    /// Takes other upstreams from the next request on. What is in flight ends where it began.
    /// - Throws: `NIOSSLError`; the present upstreams stay.
    public func reload(upstreams: [UpstreamConfiguration]) throws {
        let targets = try upstreams.map { try UpstreamTarget($0) }
        let routing = RoutingTable(targets, settings: configuration.routing)
        self.routing.withLock { $0 = routing }
        for loop in loops { loop.eventLoop.execute { loop.reload(targets, routing: routing) } }
    }

    /// Takes another certificate for connections that come from now on.
    /// - Throws: ``PublicCertificate/Fault``; the present one stays.
    public func reload(certificate files: GatewayConfiguration.TLS) throws(PublicCertificate.Fault) {
        let new = try PublicCertificate(files)
        // Whether connections are encrypted at all was decided at the start.
        certificate.withLock { if $0 != nil { $0 = new } }
    }

    /// How every upstream fares, model by model.
    public var health: [UpstreamHealth] { routing.withLock { $0 }.health }

    private func configure(_ channel: any Channel) throws {
        guard let loop = loopsByID[ObjectIdentifier(channel.eventLoop)] else { preconditionFailure("a foreign event loop") }
        let pipeline = channel.pipeline.syncOperations
        let tls = certificate.withLock { $0?.context }
        if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
        let arrival = ArrivalWatch(headBytes: configuration.limits.headBytes)
        try pipeline.addHandler(arrival)
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = configuration.limits.headBytes
        limits.maxHeaderListSize = configuration.limits.headBytes
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: true, withErrorHandling: false, withOutboundHeaderValidation: false,
            withEncoderConfiguration: .init(),
            withDecoderLimitConfiguration: limits)
        try pipeline.addHandler(PublicHandler(loop: loop, arrival: arrival, isHandshaking: tls != nil))
    }

    private func onEachLoop(_ body: @escaping @Sendable (LoopContext) -> Void) async {
        for loop in loops { try? await loop.eventLoop.submit { body(loop) }.get() }
    }

    /// Exchanges and connections that are open.
    private func openCount() async -> Int {
        var count = 0
        for loop in loops {
            count += (try? await loop.eventLoop.submit { loop.exchangeCount + loop.connectionCount }.get()) ?? 0
        }
        return count
    }

    private func exchangeCount() async -> Int {
        var count = 0
        for loop in loops { count += (try? await loop.eventLoop.submit { loop.exchangeCount }.get()) ?? 0 }
        return count
    }
}
