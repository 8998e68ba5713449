import Logging
import RelayDomain
import RelayStore

/// One attempt from what is due to what is written down.
struct DeliveryAttempts: Sendable {
    let book: any DeliveryBook
    let sender: any DeliverySender
    let open: @Sendable ([UInt8], WebhookID) throws -> [UInt8]
    let allowsHTTP: Bool
    let version: String
    let clock: DeliveryClock
    let metrics: DeliveryMetrics
    let logger: Logger

    /// - Parameter until: when the claim passes: then somebody else may have it.
    func attempt(_ delivery: DueDelivery, until: Timestamp) async {
        let start = ContinuousClock.now
        let outcome = await send(delivery)
        if outcome == .failed(.stopped) { return }
        metrics.took(ContinuousClock.now - start)
        var random = SystemRandomNumberGenerator()
        let result = DeliverySchedule.result(of: outcome, attempt: delivery.attempt, at: clock.now(), random: &random)
        metrics.became(result)
        log(result, delivery)
        await record(result, delivery, until: until)
    }

    private func send(_ delivery: DueDelivery) async -> DeliveryOutcome {
        // What was allowed when the webhook was made need not be so any more.
        guard let url = try? WebhookURL(delivery.url, allowsHTTP: allowsHTTP) else { return .failed(.url) }
        let secrets = delivery.sealedSecrets.compactMap { sealed in
            (try? open(sealed, delivery.webhook)).flatMap { WebhookSecret(bytes: $0) }
        }
        // A signature under one of two would be refused by whoever holds the other.
        guard !secrets.isEmpty, secrets.count == delivery.sealedSecrets.count else { return .failed(.secret) }
        return await sender.send(
            SignedMessage(url: url, secrets: secrets, id: delivery.event, body: delivery.body, at: clock.now(), version: version))
    }

    /// Until it is written down, or the claim has passed and it would change nothing.
    private func record(_ result: DeliveryResult, _ delivery: DueDelivery, until: Timestamp) async {
        var hasFailed = false
        while true {
            do {
                return try await book.record(result, of: delivery, at: clock.now())
            } catch {
                if !hasFailed {
                    logger.warning(
                        "a webhook's delivery could not be written down",
                        metadata: ["delivery": "\(delivery.id)", "error": "\(error)"])
                }
                hasFailed = true
            }
            guard clock.now() < until, (try? await clock.pause(DeliveryLimits.recordPause)) != nil else { return }
        }
    }

    /// For who looks into it: a receiver that fails is its owner's matter. Neither the URL, which may hold a secret, nor anything that the receiver has said but its status.
    private func log(_ result: DeliveryResult, _ delivery: DueDelivery) {
        var facts: Logger.Metadata = [
            "webhook": "\(delivery.webhook)", "delivery": "\(delivery.id)", "attempt": "\(delivery.attempt)",
        ]
        switch result {
        case .delivered(let status):
            facts["status"] = "\(status)"
            logger.debug("a webhook was told", metadata: facts)
        case .again(let time, _, let error):
            facts["error"] = "\(error)"
            facts["again"] = "\(time.rfc3339)"
            logger.debug("a webhook could not be told yet", metadata: facts)
        case .failed(_, let error):
            facts["error"] = "\(error)"
            logger.info("a webhook could not be told, and is not tried again", metadata: facts)
        case .gone: logger.info("a webhook wants to be told no more", metadata: facts)
        }
    }
}
