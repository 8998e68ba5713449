import Foundation
import Logging
import NIOCore
import NIOPosix
import RelayConsole
import RelayDomain
import RelayGateway
import RelayMetrics
import RelayStore
import RelayTokenizer
import ServiceLifecycle

/// A relay, put together: the only place where its parts meet.
struct Assembly {
    /// Where it can be reached.
    struct Endpoints: Sendable {
        let publicPort: Int
        let adminPort: Int
    }

    /// The event loops of the console and the admin API. They are apart from the gateway's, so that a page delays no stream; and they
    /// live as long as the process, since Hummingbird closes its listeners in tasks that may outlast its service.
    private static let controlGroup = MultiThreadedEventLoopGroup.singleton

    let settings: Settings
    let reader: LedgerReader
    let writer: LedgerWriter
    let keyring: Keyring
    /// Who signs in to the console.
    let people: PeopleDesk
    private let metrics: ProgramMetrics
    private let store: any LedgerStore
    private let census: NodeCensus
    private let payments: Payments
    private let webhooks: Webhooks
    private let clock = NodeClock()
    private let adminToken: AdminToken
    private let consoleSocket: String
    private let tokenizer: Tokenizer?
    private let logger: Logger

    /// Opens the database, starts the ledger, and ends the holds that a process which died has left behind.
    ///
    /// Logging must be set up. ``close()`` ends what this began.
    /// - Throws: ``CommandFailure`` for secrets that cannot be read, and for a database that cannot be used or is in use.
    init(_ settings: Settings, variables: [String: String]) async throws {
        let directory = DataDirectory(path: settings.dataDirectory)
        self.settings = settings
        logger = Logger(label: "nexrelay")
        keyring = Keyring(key: try directory.encryptionKey.read())
        adminToken = AdminToken(try directory.adminToken(variables: variables))
        consoleSocket = try directory.consoleSocket()
        tokenizer = Self.tokenizer(settings, logger)
        for secret in directory.secrets where secret.isOpenToOthers {
            logger.warning("others may read a secret; `chmod 600` it", metadata: ["file": "\(secret.path)"])
        }
        do {
            store = try settings.database.open(lease: settings.node.lease, logger: Logger(label: "store"))
        } catch let failure as StoreFailure {
            throw CommandFailure("the database cannot be used: \(failure.message)")
        }
        metrics = ProgramMetrics()
        payments = Payments(settings.payments, now: clock.now, metrics: metrics.registry)
        let webhooks = Webhooks(settings.webhooks, keyring: keyring, now: clock.now, metrics: metrics.registry)
        self.webhooks = webhooks
        reader = LedgerReader(source: store, journalCode: keyring.journalCode)
        var limits = LedgerWriterLimits()
        limits.heartbeatMilliseconds = Int(settings.node.lease.heartbeatMilliseconds)
        writer = LedgerWriter(
            ledger: Ledger(catalogue: settings.catalogue, alerts: settings.webhooks.alerts), limits: limits, metrics: metrics.registry,
            logger: Logger(label: "ledger"), whenAnnounced: { [bell = webhooks.bell] in bell.ring() })
        people = PeopleDesk(
            reader: reader, writer: writer, secrets: keyring.peopleSecrets, passwords: PasswordWork(),
            isSignUpOpen: settings.signUp == .open, now: clock.now)
        writer.start(
            on: NodeSession(
                store.writerSession(), name: settings.node.name ?? ProcessInfo.processInfo.hostName, isShared: store.isShared,
                dialect: store.dialect, lease: settings.node.lease, now: clock.now))
        census = NodeCensus(
            reader: reader, writer: writer, dialect: store.dialect, isShared: store.isShared,
            graceMilliseconds: settings.node.lease.graceMilliseconds, now: clock.now)
        do {
            try await writer.requireEncryptionKey(keyring.fingerprint)
            try await nodes.correctClock()
            let count = try await census.begin()
            if count > 0 {
                logger.notice("holds of a process that died have expired, uncharged", metadata: ["holds": "\(count)"])
            }
        } catch {
            await close()
            throw (error as? OtherEncryptionKey).map { CommandFailure("the database cannot be used: \($0)") } ?? error
        }
    }

    /// Serves until a signal asks to stop. The gateway drains first, while the console and the ledger still work.
    /// - Parameters:
    ///   - hangup: what SIGHUP asks for.
    ///   - portSetting: where the ports were chosen; nil for the configuration.
    ///   - reload: reads the configuration again.
    ///   - onListening: called once, when every listener can be connected to.
    /// - Throws: ``CommandFailure`` when an address is taken; whatever else made a part stop.
    func serve(
        hangup: ProcessSignals.Event, portSetting: String? = nil, reload: @escaping @Sendable () throws -> Settings,
        onListening: @escaping @Sendable (Endpoints) -> Void
    ) async throws {
        let signals = await ProcessSignals.trap(hangup: hangup)
        let gateway = try makeGateway()
        metrics.watch(gateway: gateway, writer: writer)
        let group = ServiceGroup(
            configuration: services(
                gateway: gateway, background: try backgroundServices(), portSetting: portSetting, onListening: onListening))
        let steering = Task { [settings, writer, logger] in
            let reloading = Reloading(settings: settings, writer: writer, gateway: gateway, logger: logger, read: reload)
            for await event in signals.events {
                switch event {
                case .stop: await group.triggerGracefulShutdown()
                case .reload: reloading.run()
                }
            }
        }
        defer { steering.cancel() }
        try await group.run()
    }

    /// Writes what is queued, closes the database and gives its lock back.
    func close() async {
        await payments.close()
        webhooks.close()
        await writer.stop()
        do {
            try store.close()
        } catch {
            logger.error("the database was not closed", metadata: ["error": "\(error)"])
        }
    }

    private func publicFacts(_ gateway: Gateway) -> PublicFacts {
        let limits = settings.gatewayConfiguration(consoleSocket: consoleSocket).limits
        return PublicFacts(
            health: { gateway.health }, bodyBytes: limits.bodyBytes, headBytes: limits.headBytes, targetBytes: limits.targetBytes)
    }

    private var nodes: NodeService {
        NodeService(
            census: census, clock: clock, pause: .milliseconds(settings.node.lease.lookMilliseconds), logger: Logger(label: "nodes"))
    }

    private var sealing: SealingService {
        SealingService(
            sealer: JournalSealer(reader: reader, writer: writer, code: keyring.journalCode), logger: Logger(label: "journal"))
    }

    private func makeGateway() throws -> Gateway {
        do {
            return try Gateway(
                configuration: settings.gatewayConfiguration(consoleSocket: consoleSocket), upstreams: settings.upstreams, writer: writer,
                tokenizer: tokenizer, answers: keyring.answerVault(reading: reader), metrics: metrics.registry, hashSecret: hashSecret,
                pseudonym: { [keyring] in keyring.pseudonym(of: $1, account: $0) }, now: clock.now,
                logger: Logger(label: "gateway"))
        } catch let fault as PublicCertificate.Fault {
            throw CommandFailure("`public.tls` cannot be used: \(fault)")
        } catch {
            throw CommandFailure("TLS cannot be used: \(error)")
        }
    }

    /// A relay without a vocabulary holds by bounds, which are right, if wide.
    private static func tokenizer(_ settings: Settings, _ logger: Logger) -> Tokenizer? {
        do {
            if let tokenizer = try VocabularyFile.find(configured: settings.tokenizerFile)?.load() { return tokenizer }
            logger.warning("no vocabulary: inputs are held by their bytes; `make setup` makes it")
        } catch {
            logger.error("inputs are held by their bytes", metadata: ["error": "\(error)"])
        }
        return nil
    }

    private var hashSecret: @Sendable (KeySecret) -> KeyHash { { [keyring] in keyring.hash($0) } }

    /// nil where everything is kept.
    private func retentionService() throws -> RetentionService? {
        guard let settings = settings.retention else { return nil }
        let folder = ArchiveFolder(path: settings.archive, coding: ReceiptCoding())
        do {
            try folder.prepare()
        } catch {
            throw CommandFailure("`retention.archive` cannot be used: \(error)")
        }
        return RetentionService(
            retention: Retention(reader: reader, writer: writer, folder: folder, days: settings.receiptDays, now: clock.now),
            logger: Logger(label: "retention"))
    }

    /// What nobody connects to, in the order in which it starts. It goes on while the listeners drain: who has paid is still credited, and
    /// whoever is to be told of it is told.
    private func backgroundServices() throws -> [any Service] {
        var parts: [any Service] = store.isShared ? [nodes] : []
        if let retention = try retentionService() { parts.append(retention) }
        parts.append(try webhooks.webhooks(book: WebhookDeliveries(reader: reader, writer: writer)))
        parts += payments.scanners(reader: reader, writer: writer, dialect: store.dialect, now: clock.now)
        return parts + [sealing]
    }

    /// In the order in which they start; they stop in the reverse one. Whichever ends, the others drain.
    private func services(
        gateway: Gateway, background: [any Service], portSetting: String?, onListening: @escaping @Sendable (Endpoints) -> Void
    ) -> ServiceGroupConfiguration {
        let (adminPorts, adminIsUp) = AsyncStream<Int>.makeStream()
        let (consoleStarts, consoleIsUp) = AsyncStream<Void>.makeStream()
        let admin = AdminAPI(
            host: settings.admin.host, port: settings.admin.port, eventLoopGroup: Self.controlGroup,
            isAdminToken: { [adminToken] in adminToken.matches($0) }, reader: reader, writer: writer, now: clock.now,
            hashSecret: hashSecret, payments: payments.desk, webhooks: webhooks.desk, people: people,
            operation: Operation(
                health: { gateway.health }, metrics: { [metrics] in metrics.registry.text() }, backup: store as? any BackupSource),
            version: Build.version, logger: Logger(label: "admin"),
            onListening: { adminIsUp.yield($0) })
        let console = CustomerConsole(
            socketPath: consoleSocket, eventLoopGroup: Self.controlGroup, reader: reader, writer: writer, now: clock.now,
            hashSecret: hashSecret, payments: payments.desk, webhooks: webhooks.desk, people: people, facts: publicFacts(gateway),
            version: Build.version,
            logger: Logger(label: "console"),
            onListening: { consoleIsUp.yield() })
        let publicListener = PublicListener(gateway: gateway) {
            // Nobody may come in before what the gateway leans on is there.
            guard await consoleStarts.first(where: { true }) != nil, let port = await adminPorts.first(where: { _ in true }) else {
                return nil
            }
            return port
        } onListening: { publicPort, adminPort in
            onListening(Endpoints(publicPort: publicPort, adminPort: adminPort))
        }
        let listeners: [any Service] = [
            ListeningService(admin, at: settings.admin.host, settings.admin.port, setting: portSetting ?? "admin.port"),
            console,
            ListeningService(
                publicListener, at: settings.publicListener.host, settings.publicListener.port, setting: portSetting ?? "public.port"),
        ]
        return ServiceGroupConfiguration(
            services: (background + listeners).map {
                .init(
                    service: $0, successTerminationBehavior: .gracefullyShutdownGroup, failureTerminationBehavior: .gracefullyShutdownGroup)
            },
            logger: Logger(label: "services"))
    }
}
