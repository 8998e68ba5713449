import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Connections of one event loop to one upstream: idle ones, the count of all, and who waits for one.
///
/// Bound to its event loop; nothing in it is shared.
final class UpstreamPool {
    enum Failure: Error { case unreachable, queueFull, timedOut }

    /// A connection, and whether it has served before: one that has may have been closed by its peer just now.
    typealias Grant = Result<(connection: UpstreamConnection, isReused: Bool), Failure>

    private struct Waiter {
        let deadline: NIODeadline
        let receive: (Grant) -> Void
    }

    let upstream: UpstreamTarget
    private let eventLoop: any EventLoop
    private let connectionLimit: Int
    private let queueLimit: Int
    private let idleLimit: TimeAmount
    private let ageLimit: TimeAmount
    private var idle: [UpstreamConnection] = []
    private var waiters: [Waiter] = []
    private var openCount = 0
    private var isRetired = false

    init(upstream: UpstreamTarget, eventLoop: any EventLoop, connectionLimit: Int, queueLimit: Int, idleSeconds: Double, ageSeconds: Double)
    {
        self.upstream = upstream
        self.eventLoop = eventLoop
        self.connectionLimit = max(1, connectionLimit)
        self.queueLimit = queueLimit
        idleLimit = TimeAmount(seconds: idleSeconds)
        ageLimit = TimeAmount(seconds: ageSeconds)
    }

    /// Gives a connection at once when one is idle, else when one is made or becomes free.
    /// - Parameter wantsFresh: do not give one that has served before.
    func acquire(wantsFresh: Bool = false, _ receive: @escaping (Grant) -> Void) {
        if !wantsFresh, let connection = idle.popLast() { return receive(.success((connection, true))) }
        // Nobody looks after those that wait at a pool that was replaced.
        if openCount < connectionLimit || wantsFresh || isRetired { return connect(receive) }
        guard waiters.count < queueLimit else { return receive(.failure(.queueFull)) }
        waiters.append(Waiter(deadline: .now() + upstream.connectTimeout, receive: receive))
    }

    func release(_ connection: UpstreamConnection) {
        // Its end makes room for a new one, which is made to where the name leads by then.
        if NIODeadline.now() - connection.openedAt > ageLimit { return connection.close() }
        if !waiters.isEmpty { return waiters.removeFirst().receive(.success((connection, true))) }
        guard !isRetired else { return connection.close() }
        connection.idleSince = .now()
        idle.append(connection)
    }

    func closed(_ connection: UpstreamConnection) {
        openCount -= 1
        if let index = idle.firstIndex(where: { $0 === connection }) { idle.remove(at: index) }
        serveNext()
    }

    /// There is room for a connection: whoever waits gets it.
    private func serveNext() {
        if !waiters.isEmpty, openCount < connectionLimit { connect(waiters.removeFirst().receive) }
    }

    /// Closes what has been idle for too long, and ends waits that are over.
    func tick(now: NIODeadline) {
        let stale = idle.filter { now - $0.idleSince > idleLimit }
        idle.removeAll { now - $0.idleSince > idleLimit }
        stale.forEach { $0.close() }
        let late = waiters.filter { $0.deadline < now }
        waiters.removeAll { $0.deadline < now }
        late.forEach { $0.receive(.failure(.timedOut)) }
    }

    /// A reload has replaced this pool: what is in use goes on, what is idle ends.
    func retire() {
        isRetired = true
        idle.forEach { $0.close() }
        idle = []
        let waiting = waiters
        waiters = []
        waiting.forEach { connect($0.receive) }
    }

    private func connect(_ receive: @escaping (Grant) -> Void) {
        openCount += 1
        let pool = NIOLoopBound(self, eventLoop: eventLoop)
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(upstream.connectTimeout)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try pool.value.configure(channel) }
            }
        let connecting =
            switch upstream.address {
            case .host(let host, let port): bootstrap.connect(host: host, port: port)
            case .socket(let path): bootstrap.connect(unixDomainSocketPath: path)
            }
        connecting.assumeIsolated().whenComplete { [self] result in
            guard let channel = try? result.get() else {
                openCount -= 1
                receive(.failure(.unreachable))
                return serveNext()
            }
            // One that was closed as it was made has no handlers any more, and has told of its end.
            guard let connection = try? channel.pipeline.syncOperations.handler(type: UpstreamConnection.self) else {
                return receive(.failure(.unreachable))
            }
            guard upstream.tls != nil else { return receive(.success((connection, false))) }
            connection.whenSecured(within: upstream.connectTimeout) { [upstream] isSecured in
                guard isSecured else { return receive(.failure(.unreachable)) }
                guard upstream.isCertified(channel) else {
                    connection.close()
                    return receive(.failure(.unreachable))
                }
                receive(.success((connection, false)))
            }
        }
    }

    private func configure(_ channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        if let tls = upstream.tls {
            try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: upstream.tlsName))
        }
        // Whoever sends a body says how long it is. The encoder's own framing would take that away where it thinks that a method has none,
        // and the body would be read as a request.
        var framing = HTTPRequestEncoder.Configuration()
        framing.automaticallySetFramingHeaders = false
        try pipeline.addHandler(HTTPRequestEncoder(configuration: framing))
        try pipeline.addHandler(ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes)))
        try pipeline.addHandler(UpstreamConnection(pool: self))
    }
}
