import Synchronization

/// The counts that all event loops share.
final class CountsBoard: Sendable {
    private let requests = Atomic(0)
    private let chatRequests = Atomic(0)
    private let responsesRequests = Atomic(0)
    private let completionsRequests = Atomic(0)
    private let embeddingsRequests = Atomic(0)
    private let moderationsRequests = Atomic(0)
    private let answered = Atomic(0)
    private let streamed = Atomic(0)
    private let refused = Atomic(0)
    private let broken = Atomic(0)
    private let abandoned = Atomic(0)
    private let inFlight = Atomic(0)
    private let connectionsOpened = Atomic(0)
    private let connectionsOpen = Atomic(0)
    private let promptTokens = Atomic(0)
    private let cachedTokens = Atomic(0)
    private let completionTokens = Atomic(0)
    private let faults = Mutex<[String: Int]>([:])

    func requestReceived() { requests.add(1, ordering: .relaxed) }

    func connectionOpened() {
        connectionsOpened.add(1, ordering: .relaxed)
        connectionsOpen.add(1, ordering: .relaxed)
    }

    func connectionClosed() { connectionsOpen.subtract(1, ordering: .relaxed) }

    /// - Returns: the request's number among those of its endpoint, from 1.
    func started(_ endpoint: Endpoint, faults names: [String]) -> Int {
        inFlight.add(1, ordering: .relaxed)
        if !names.isEmpty { count(names) }
        switch endpoint {
        case .chat: return chatRequests.add(1, ordering: .relaxed).newValue
        case .responses: return responsesRequests.add(1, ordering: .relaxed).newValue
        case .completions: return completionsRequests.add(1, ordering: .relaxed).newValue
        case .embeddings: return embeddingsRequests.add(1, ordering: .relaxed).newValue
        case .moderations: return moderationsRequests.add(1, ordering: .relaxed).newValue
        }
    }

    /// A request's end. `clientLeft`: the client closed the connection before the last step.
    func ended(_ outcome: AnswerOutcome, clientLeft: Bool) {
        inFlight.subtract(1, ordering: .relaxed)
        switch outcome.ending {
        case .broken: broken.add(1, ordering: .relaxed)
        case _ where clientLeft: abandoned.add(1, ordering: .relaxed)
        case .refused: refused.add(1, ordering: .relaxed)
        case .answered:
            answered.add(1, ordering: .relaxed)
            if outcome.streams { streamed.add(1, ordering: .relaxed) }
            promptTokens.wrappingAdd(outcome.reported.prompt, ordering: .relaxed)
            cachedTokens.wrappingAdd(outcome.reported.cached, ordering: .relaxed)
            completionTokens.wrappingAdd(outcome.reported.completion, ordering: .relaxed)
        }
    }

    private func count(_ names: [String]) {
        faults.withLock { faults in
            for name in names {
                let known = faults[name] != nil || faults.count < SimulatorLimits.faultNames
                faults[known ? name : "other", default: 0] += 1
            }
        }
    }

    var snapshot: SimulatorCounts {
        var counts = SimulatorCounts()
        counts.requests = requests.load(ordering: .relaxed)
        counts.chatRequests = chatRequests.load(ordering: .relaxed)
        counts.responsesRequests = responsesRequests.load(ordering: .relaxed)
        counts.completionsRequests = completionsRequests.load(ordering: .relaxed)
        counts.embeddingsRequests = embeddingsRequests.load(ordering: .relaxed)
        counts.moderationsRequests = moderationsRequests.load(ordering: .relaxed)
        counts.answered = answered.load(ordering: .relaxed)
        counts.streamed = streamed.load(ordering: .relaxed)
        counts.refused = refused.load(ordering: .relaxed)
        counts.broken = broken.load(ordering: .relaxed)
        counts.abandoned = abandoned.load(ordering: .relaxed)
        counts.inFlight = inFlight.load(ordering: .relaxed)
        counts.connectionsOpened = connectionsOpened.load(ordering: .relaxed)
        counts.connectionsOpen = connectionsOpen.load(ordering: .relaxed)
        counts.promptTokens = promptTokens.load(ordering: .relaxed)
        counts.cachedTokens = cachedTokens.load(ordering: .relaxed)
        counts.completionTokens = completionTokens.load(ordering: .relaxed)
        counts.faults = faults.withLock { $0 }
        return counts
    }

    /// Forgets what was, but not what is: open connections and requests in flight stay counted.
    func reset() {
        requests.store(0, ordering: .relaxed)
        chatRequests.store(0, ordering: .relaxed)
        responsesRequests.store(0, ordering: .relaxed)
        completionsRequests.store(0, ordering: .relaxed)
        embeddingsRequests.store(0, ordering: .relaxed)
        moderationsRequests.store(0, ordering: .relaxed)
        answered.store(0, ordering: .relaxed)
        streamed.store(0, ordering: .relaxed)
        refused.store(0, ordering: .relaxed)
        broken.store(0, ordering: .relaxed)
        abandoned.store(0, ordering: .relaxed)
        connectionsOpened.store(0, ordering: .relaxed)
        promptTokens.store(0, ordering: .relaxed)
        cachedTokens.store(0, ordering: .relaxed)
        completionTokens.store(0, ordering: .relaxed)
        faults.withLock { $0 = [:] }
    }
}
