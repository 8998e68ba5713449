import CoreMetrics
import Logging
import NIOPosix
import RelayConsole
import RelayDomain
import RelayStore
import RelayWebhooks

/// What the relay does about webhooks: one service that sends, and the bell that wakes it.
struct Webhooks: Sendable {
    /// Between two looks, however often somebody rings: what is told together is read together.
    private static let rest = Duration.milliseconds(50)

    /// Rung when something was written that a webhook may be told of.
    let bell = Bell(rest: rest)
    private let settings: WebhookSettings
    private let keyring: Keyring
    private let threads = NIOThreadPool(numberOfThreads: DeliveryLimits.lookUps)
    private let now: @Sendable () -> Timestamp
    private let metrics: any MetricsFactory
    private let logger: Logger

    /// - Parameter now: the time that all nodes agree upon.
    init(
        _ settings: WebhookSettings, keyring: Keyring, now: @escaping @Sendable () -> Timestamp, metrics: any MetricsFactory,
        logger: Logger = Logger(label: "webhooks")
    ) {
        self.settings = settings
        self.keyring = keyring
        self.now = now
        self.metrics = metrics
        self.logger = logger
    }

    /// What the control plane is told.
    var desk: WebhookDesk {
        WebhookDesk(
            allowsHTTP: settings.allowsHTTP, addresses: settings.addresses, seal: { [keyring] in keyring.seal($0, of: $1) },
            wake: { [bell] in bell.ring() })
    }

    /// The service. On every node: the books say who has which delivery.
    /// - Throws: ``CommandFailure`` where TLS cannot be used.
    func webhooks(book: any DeliveryBook) throws(CommandFailure) -> WebhookDelivery {
        threads.start()
        let sender: HTTPSender
        do {
            sender = try HTTPSender(
                group: MultiThreadedEventLoopGroup.singleton, resolver: SystemResolver(threads: threads),
                rule: settings.addresses)
        } catch {
            throw CommandFailure("TLS cannot be used for webhooks: \(error)")
        }
        return WebhookDelivery(
            book: book, sender: sender, open: { [keyring] in try keyring.openSecret($0, of: $1) }, allowsHTTP: settings.allowsHTTP,
            version: Build.version,
            clock: DeliveryClock(now: now, sleep: { [bell] in try await bell.sleep($0) }, ring: { [bell] in bell.ring() }),
            metrics: metrics, logger: logger)
    }

    /// Ends what ``webhooks(book:)`` began. Look-ups that are on their way end by themselves, and nobody waits for them.
    func close() {
        threads.shutdownGracefully { _ in }
    }
}
