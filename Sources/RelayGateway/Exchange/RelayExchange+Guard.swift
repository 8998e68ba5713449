import Logging
import NIOCore
import RelayDomain

extension RelayExchange {
    /// Tells the guard how the request went, and the ledger what the guard has found.
    ///
    /// An account's id can be known to others: only a request whose own key the ledger has found good is held against it.
    func observe(_ end: TrafficObservation.End) {
        guard isIdentified else { return }
        let observation = TrafficObservation(
            end: end, isDeclaredRetry: request.clientRetryCount > 0, isDisconnect: isClientDisconnected && end != .relayFault,
            body: bodyMark)
        guard let verdict = loop.watch.observe(observation, of: key.account) else { return }
        loop.logger.warning(
            "abnormal traffic",
            metadata: ["account": "\(key.account)", "reason": "\(verdict.reason.rawValue)", "summary": "\(verdict.summary)"])
        guard loop.watch.settings.mode == .on else { return }
        let now = loop.now()
        let finding = Finding(
            review: loop.makeReviewID(at: now), account: key.account, reason: verdict.reason, summary: verdict.summary, request: request.id,
            throttle: loop.watch.settings.throttle, at: now)
        loop.ledger.perform(.find(finding)) { [logger = loop.logger] reply in
            if case .refused(let refusal) = reply {
                logger.error("abnormal traffic could not be entered for review", metadata: ["code": "\(refusal.code.rawValue)"])
            }
        }
    }

    /// What a refusal says about the client, if anything.
    static func judgement(of refusal: Refusal) -> TrafficObservation.End? {
        switch refusal.code {
        // Whoever sends these is nobody's wallet, or nowhere where its key may be used, or is throttled already.
        case .invalidAPIKey, .ipNotAllowed, .throttled: nil
        case .invalidJSON, .invalidRequest, .unsupportedParameter, .contextLengthExceeded, .idempotencyKeyReused, .modelNotFound:
            .clientFault
        default: refusal.status < 500 ? .refused : .relayFault
        }
    }
}
