import Hummingbird
public import Logging
public import NIOCore
public import RelayDomain
public import RelayStore
public import ServiceLifecycle

/// The operator's API: accounts, keys, wallets, recharges, deposits, networks, webhooks, receipts, reviews, upstreams, reconciliation under
/// `/admin/v1`, with the admin token; `/healthz`, `/readyz` and `/metrics` without one.
public struct AdminAPI: Service {
    private let host: String
    private let port: Int
    private let eventLoopGroup: any EventLoopGroup
    private let isAdminToken: @Sendable (String) -> Bool
    private let ledger: LedgerAccess
    private let people: PeopleDesk
    private let operation: Operation
    private let version: String
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - host: an address of the loopback, unless the operator says otherwise.
    ///   - port: 0 takes a free one.
    ///   - eventLoopGroup: not the gateway's, so that work here delays nothing there.
    ///   - isAdminToken: whether a text is the admin token. Takes the same time for every text.
    ///   - now: the time.
    ///   - hashSecret: the keyed hash under which secrets are stored.
    ///   - payments: how recharges are paid.
    ///   - webhooks: where webhooks may be, and how their secrets are kept.
    ///   - people: who signs in to the console.
    ///   - operation: what the data plane tells.
    ///   - version: the program's, for the API's description.
    ///   - onListening: called once, with the port, when it can be connected to.
    public init(
        host: String, port: Int, eventLoopGroup: any EventLoopGroup, isAdminToken: @escaping @Sendable (String) -> Bool,
        reader: LedgerReader, writer: LedgerWriter, now: @escaping @Sendable () -> Timestamp,
        hashSecret: @escaping @Sendable (KeySecret) -> KeyHash, payments: PaymentDesk = .byHand, webhooks: WebhookDesk,
        people: PeopleDesk, operation: Operation, version: String,
        logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.host = host
        self.port = port
        self.eventLoopGroup = eventLoopGroup
        self.isAdminToken = isAdminToken
        ledger = LedgerAccess(reader: reader, writer: writer, now: now, hashSecret: hashSecret, payments: payments, webhooks: webhooks)
        self.people = people
        self.operation = operation
        self.version = version
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves until graceful shutdown, and finishes what it has begun.
    public func run() async throws {
        try await application.run()
    }

    var application: Application<RouteResponder> {
        Application(
            responder: RouteResponder(
                table: AdminRoutes.table(ledger: ledger, people: people, operation: operation, version: version, logger: logger),
                gate: AdminAuthentication(isAdminToken: isAdminToken).check,
                errors: ErrorResponses(apiRoot: nil), logger: logger),
            server: .http1(configuration: .init(idleTimeout: .seconds(ConsoleLimits.idleSeconds))),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port),
                availableConnectionsDelegate: .maximum(ConsoleLimits.adminConnections, logger: logger)),
            onServerRunning: { [onListening, port] channel in await onListening(channel.localAddress?.port ?? port) },
            eventLoopGroupProvider: .shared(eventLoopGroup),
            logger: logger)
    }
}
