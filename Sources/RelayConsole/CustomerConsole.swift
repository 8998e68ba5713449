import Glibc
import Hummingbird
public import Logging
public import NIOCore
public import RelayDomain
public import RelayStore
public import ServiceLifecycle

/// The pages that everybody may read, the console's, and the customers' own API: models, wallet, plans, receipts, recharges, webhooks. Listens
/// on a private socket, to which the gateway passes on every request
/// of the public listener that it does not relay.
///
/// Errors are OpenAI's error object under `/v1` and pages elsewhere. `x-request-id` is left to the gateway.
public struct CustomerConsole: Service {
    private let socketPath: String
    private let eventLoopGroup: any EventLoopGroup
    private let ledger: LedgerAccess
    private let people: PeopleDesk
    private let facts: PublicFacts
    private let version: String
    private let logger: Logger
    private let onListening: @Sendable () async -> Void

    /// - Parameters:
    ///   - socketPath: of the unix domain socket, at most 107 bytes. A socket that is there is replaced; any other file is an error of ``run()``.
    ///   - eventLoopGroup: not the gateway's, so that work here delays nothing there.
    ///   - now: the time.
    ///   - hashSecret: the keyed hash under which secrets are stored.
    ///   - payments: how recharges are paid.
    ///   - webhooks: where webhooks may be, and how their secrets are kept.
    ///   - people: who signs in.
    ///   - facts: what other parts of the relay tell everybody.
    ///   - version: the program's, for the API's description and the status.
    ///   - onListening: called once, when the socket can be connected to.
    public init(
        socketPath: String, eventLoopGroup: any EventLoopGroup, reader: LedgerReader, writer: LedgerWriter,
        now: @escaping @Sendable () -> Timestamp, hashSecret: @escaping @Sendable (KeySecret) -> KeyHash, payments: PaymentDesk = .byHand,
        webhooks: WebhookDesk, people: PeopleDesk, facts: PublicFacts, version: String,
        logger: Logger, onListening: @escaping @Sendable () async -> Void = {}
    ) {
        self.socketPath = socketPath
        self.eventLoopGroup = eventLoopGroup
        ledger = LedgerAccess(reader: reader, writer: writer, now: now, hashSecret: hashSecret, payments: payments, webhooks: webhooks)
        self.people = people
        self.facts = facts
        self.version = version
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves until graceful shutdown, finishes what it has begun, and removes the socket.
    public func run() async throws {
        defer { removeSocket() }
        try await application.run()
    }

    /// Removes nothing but a socket: where another file stands at the path, the bind has failed because of it.
    private func removeSocket() {
        var status = stat()
        guard lstat(socketPath, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return }
        unlink(socketPath)
    }

    var application: Application<RouteResponder> {
        Application(
            responder: RouteResponder(
                table: CustomerRoutes.table(ledger: ledger, people: people, facts: facts, version: version, logger: logger),
                gate: { _ in },
                errors: ErrorResponses(apiRoot: "/v1"),
                logger: logger),
            server: .http1(configuration: .init(idleTimeout: .seconds(ConsoleLimits.idleSeconds))),
            configuration: ApplicationConfiguration(
                address: .unixDomainSocket(path: socketPath),
                availableConnectionsDelegate: .maximum(ConsoleLimits.customerConnections, logger: logger)),
            onServerRunning: { channel in await didStart(channel) },
            eventLoopGroupProvider: .shared(eventLoopGroup),
            logger: logger)
    }

    /// Only the relay's own user may connect. Between the bind and this line others could; they would find what the public listener
    /// gives to everyone, since the console trusts nobody for coming through the socket.
    private func didStart(_ channel: any Channel) async {
        guard chmod(socketPath, 0o600) == 0 else {
            logger.critical("the console's socket cannot be made private", metadata: ["errno": "\(errno)"])
            return channel.close(promise: nil)
        }
        await onListening()
    }
}
