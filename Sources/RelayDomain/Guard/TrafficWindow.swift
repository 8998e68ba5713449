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
        var repeats: Int64 = 0
    }

    private var slices: [Slice] = []
    /// The last bodies. To send one again whose request did not succeed is a retry.
    private var bodies: [(body: UInt64, hasFailed: Bool, at: Int64)] = []
    private(set) var lastAt: Int64 = 0

    /// Counts a request.
    /// - Returns: what passed its threshold with it.
    mutating func count(_ request: TrafficObservation, by settings: GuardSettings, at now: Int64) -> TrafficVerdict? {
        lastAt = now
        let sliceMilliseconds = max(1, settings.windowMilliseconds / Self.sliceCount)
        let number = now / sliceMilliseconds
        slices.removeAll { $0.number <= number - Self.sliceCount }
        if slices.last?.number != number { slices.append(Slice(number: number)) }
        let earlier = bodies.first { $0.body == request.body && now - $0.at <= Self.bodyMilliseconds }
        let isRetry = request.isDeclaredRetry || earlier?.hasFailed ?? false
        note(request, at: now)
        let last = slices.count - 1
        slices[last].requests += 1
        if isRetry { slices[last].retries += 1 }
        if earlier != nil { slices[last].repeats += 1 }
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
            $0.repeats += $1.repeats
        }
        let signals: [(Review.Reason, String, Int64, Int64)] = [
            // Each fault of the relay's own excuses the retry that follows from it.
            (.retries, "were retries", sum.retries - sum.relayFaults, settings.retries),
            (.refusals, "were refused", sum.refusals, settings.refusals),
            (.clientFaults, "could not be served as they were sent", sum.clientFaults, settings.clientFaults),
            (.disconnects, "were given up by the client", sum.disconnects, settings.disconnects),
            (.repeats, "had the body of one just before", sum.repeats - sum.relayFaults, settings.repeats ?? .max),
        ]
        for (reason, words, count, threshold) in signals
        where count >= max(1, threshold) && count * 100 >= sum.requests * settings.percent {
            return TrafficVerdict(
                reason: reason, summary: "\(count) of \(sum.requests) requests in \(settings.windowMilliseconds / 1_000) s \(words)")
        }
        return nil
    }

    /// Remembers the body. Those that succeeded are forgotten first.
    private mutating func note(_ request: TrafficObservation, at now: Int64) {
        bodies.removeAll { $0.body == request.body || now - $0.at > Self.bodyMilliseconds }
        let hasFailed = request.end == .refused || request.end == .clientFault || request.isDisconnect
        if bodies.count >= Self.bodyLimit { bodies.remove(at: bodies.firstIndex { !$0.hasFailed } ?? 0) }
        bodies.append((request.body, hasFailed, now))
    }
}
