public import CoreMetrics
public import Logging
public import RelayDomain
public import RelayStore
public import ServiceLifecycle

/// Tells webhooks what has happened: at least once each, several at once. On every node: the books say who has which delivery.
///
/// A delivery is claimed, sent and written down. Whoever dies between two of these leaves a claim that passes: the message is then sent
/// again, under the same id.
public actor WebhookDelivery: Service {
    private let book: any DeliveryBook
    private let attempts: DeliveryAttempts
    private let clock: DeliveryClock
    private let metrics: DeliveryMetrics
    private let logger: Logger
    private var underway: [DeliveryID: Task<Void, Never>] = [:]
    private var sweptAt: Timestamp?
    private var isFailing = false

    /// - Parameters:
    ///   - open: opens a secret as it is stored. Throws where it was sealed under another key or for another webhook.
    ///   - allowsHTTP: whether messages may go unencrypted.
    ///   - version: the program's.
    public init(
        book: any DeliveryBook, sender: any DeliverySender, open: @escaping @Sendable ([UInt8], WebhookID) throws -> [UInt8],
        allowsHTTP: Bool, version: String, clock: DeliveryClock, metrics: any MetricsFactory, logger: Logger
    ) {
        let metrics = DeliveryMetrics(metrics)
        self.book = book
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
        attempts = DeliveryAttempts(
            book: book, sender: sender, open: open, allowsHTTP: allowsHTTP, version: version, clock: clock, metrics: metrics, logger: logger
        )
    }

    /// Ends the wait: something may be due.
    public nonisolated func wake() { clock.ring() }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let pause = await self.look()
                try? await self.clock.sleep(pause)
            }
        }
        await finish()
    }

    /// Takes what is due and sets it on its way.
    /// - Returns: how long nothing is to be done, unless somebody rings.
    func look() async -> Duration {
        do {
            let isMore = try await book.dispatch(at: clock.now())
            let isFull = try await claim()
            await sweep()
            if isFailing { logger.notice("webhooks are sent again") }
            isFailing = false
            if isMore { return .zero }
            // Whatever ends rings.
            return isFull ? DeliveryLimits.longestPause : try await pause()
        } catch {
            if !isFailing, !Task.isCancelled { logger.warning("webhooks could not be read", metadata: ["error": "\(error)"]) }
            isFailing = true
            return DeliveryLimits.longestPause
        }
    }

    /// - Returns: whether nothing more can be on the way.
    private func claim() async throws -> Bool {
        let room = DeliveryLimits.underway - underway.count
        guard room > 0, !Task.isCancelled else { return true }
        let now = clock.now()
        let until = now.adding(milliseconds: DeliveryLimits.claimMilliseconds)
        for delivery in try await book.claim(limit: room, until: until, at: now) { begin(delivery, until: until) }
        metrics.areUnderway(underway.count)
        return underway.count >= DeliveryLimits.underway
    }

    private func begin(_ delivery: DueDelivery, until: Timestamp) {
        // One that is still on the way here, and whose claim has passed, was claimed by this node again: its first sending goes on.
        guard underway[delivery.id] == nil else { return }
        underway[delivery.id] = Task { [attempts] in
            await attempts.attempt(delivery, until: until)
            self.ended(delivery.id)
        }
    }

    private func ended(_ id: DeliveryID) {
        underway[id] = nil
        metrics.areUnderway(underway.count)
        clock.ring()
    }

    private func pause() async throws -> Duration {
        guard let due = try await book.nextDue() else {
            metrics.isLate(milliseconds: 0)
            return DeliveryLimits.longestPause
        }
        let wait = due.milliseconds - clock.now().milliseconds
        metrics.isLate(milliseconds: -wait)
        return min(max(.milliseconds(wait), DeliveryLimits.shortestPause), DeliveryLimits.longestPause)
    }

    private func sweep() async {
        let now = clock.now()
        if let sweptAt, now.milliseconds - sweptAt.milliseconds < DeliveryLimits.sweepMilliseconds { return }
        sweptAt = now
        do {
            try await book.sweep(before: now.adding(milliseconds: -DeliveryLimits.keptMilliseconds))
        } catch {
            logger.warning("old webhook deliveries were not removed", metadata: ["error": "\(error)"])
        }
    }

    /// Waits a little for what is on the way. What is given up is not written down, and goes out again when its claim has passed.
    private func finish() async {
        let tasks = Array(underway.values)
        guard !tasks.isEmpty else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for task in tasks { await task.value } }
            group.addTask {
                // Cancelled as soon as everything has ended.
                try? await Task.sleep(for: DeliveryLimits.shutdown)
                tasks.forEach { $0.cancel() }
            }
            await group.next()
            group.cancelAll()
        }
    }
}
