/// What a wallet's requests of the last while came to, in constant space.
struct TrafficWindow: Sendable {
    private static let sliceCount: Int64 = 6
    /// Bodies that are remembered, and for how long.
    private static let bodyLimit = 64
    private static let bodyMilliseconds: Int64 = 60_000

    private struct Slice {
        var number: Int64
        var requests: Int64 = 0
        var retries: Int64 = 0
        var refusals: Int64 = 0
        var clientFaults: Int64 = 0
        var relayFaults: Int64 = 0
        var disconnects: Int64 = 0
    }

    private var slices: [Slice] = []
    /// Bodies whose request did not succeed: to send one of them again is a retry.
    private var failedBodies: [(body: UInt64, at: Int64)] = []
    private(set) var lastAt: Int64 = 0

    /// Counts a request.
    /// - Returns: what passed its threshold with it.
    mutating func count(_ request: TrafficObservation, by settings: GuardSettings, at now: Int64) -> TrafficVerdict? {
        lastAt = now
        let sliceMilliseconds = max(1, settings.windowMilliseconds / Self.sliceCount)
        let number = now / sliceMilliseconds
        slices.removeAll { $0.number <= number - Self.sliceCount }
        if slices.last?.number != number { slices.append(Slice(number: number)) }
        let isRetry = request.isDeclaredRetry || isRepeat(request.body, at: now)
        note(request, at: now)
        let last = slices.count - 1
        slices[last].requests += 1
        if isRetry { slices[last].retries += 1 }
        if request.isDisconnect { slices[last].disconnects += 1 }
        switch request.end {
        case .answered: break
        case .refused: slices[last].refusals += 1
        case .clientFault: slices[last].clientFaults += 1
        case .relayFault: slices[last].relayFaults += 1
        }
        return verdict(by: settings)
    }

    private func verdict(by settings: GuardSettings) -> TrafficVerdict? {
        let sum = slices.reduce(into: Slice(number: 0)) {
            $0.requests += $1.requests
            $0.retries += $1.retries
            $0.refusals += $1.refusals
            $0.clientFaults += $1.clientFaults
            $0.relayFaults += $1.relayFaults
            $0.disconnects += $1.disconnects
        }
        let signals: [(Review.Reason, String, Int64, Int64)] = [
            // Each fault of the relay's own excuses the retry that follows from it.
            (.retries, "were retries", sum.retries - sum.relayFaults, settings.retries),
            (.refusals, "were refused", sum.refusals, settings.refusals),
            (.clientFaults, "could not be served as they were sent", sum.clientFaults, settings.clientFaults),
            (.disconnects, "were given up by the client", sum.disconnects, settings.disconnects),
        ]
        for (reason, words, count, threshold) in signals
        where count >= max(1, threshold) && count * 100 >= sum.requests * settings.percent {
            return TrafficVerdict(
                reason: reason, summary: "\(count) of \(sum.requests) requests in \(settings.windowMilliseconds / 1_000) s \(words)")
        }
        return nil
    }

    private func isRepeat(_ body: UInt64, at now: Int64) -> Bool {
        failedBodies.contains { $0.body == body && now - $0.at <= Self.bodyMilliseconds }
    }

    private mutating func note(_ request: TrafficObservation, at now: Int64) {
        failedBodies.removeAll { $0.body == request.body || now - $0.at > Self.bodyMilliseconds }
        guard request.end == .refused || request.end == .clientFault || request.isDisconnect else { return }
        if failedBodies.count >= Self.bodyLimit { failedBodies.removeFirst() }
        failedBodies.append((request.body, now))
    }
}
