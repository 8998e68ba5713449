/// Whether one upstream is called for one model, learned from how its last calls went.
///
/// ```
/// closed ──(failures in a row, or too many of the window's)──→ open ──(its wait is over)──→ half open ──(the probe answers)──→ closed
///    └─────(a `retry-after`; credentials that are refused)──────┘ ↑                              │
///                                                                 └────────(the probe fails)─────┘
/// ```
///
/// Times are milliseconds of any clock that does not go back.
public struct Circuit: Sendable {
    public enum Cause: String, Hashable, Sendable, CaseIterable {
        /// Calls failed.
        case failures
        /// The upstream named a time before which it wants no further call.
        case rateLimited = "rate_limited"
        /// The upstream does not know its credential: no further call will fare better until someone sees to it.
        case credentials
    }

    public enum State: Hashable, Sendable {
        /// → open
        case closed
        /// No call before the time. → halfOpen
        case open(until: Int64, Cause)
        /// One call tries whether it works again. → closed, open
        case halfOpen(since: Int64, Cause)
    }

    /// How a call went.
    public enum Result: Hashable, Sendable {
        /// It was answered, if only with a refusal of the request.
        case success
        case failure
        /// - Parameter retryAfterMilliseconds: what the upstream asked for, where it did.
        case rateLimited(retryAfterMilliseconds: Int64?)
        case badCredentials
        /// Says nothing about the upstream: the client left, or no connection was free here.
        case none
    }

    /// The right to make one call. Its result counts as long as the circuit is still in the state that gave it.
    public struct Permit: Hashable, Sendable {
        fileprivate let generation: Int64
        public let isProbe: Bool
    }

    public private(set) var state = State.closed
    private let settings: CircuitSettings
    private var window: OutcomeWindow
    private var failuresInARow: Int64 = 0
    /// Probes that failed since it was last closed.
    private var failedProbes = 0
    private var generation: Int64 = 0

    public init(_ settings: CircuitSettings) {
        self.settings = settings
        window = OutcomeWindow(milliseconds: settings.windowMilliseconds)
    }

    public var isClosed: Bool { state == .closed }

    /// How long no call is permitted; 0 where one is.
    public func wait(at now: Int64) -> Int64 {
        switch state {
        case .closed: 0
        case .open(let until, _): max(0, until - now)
        // A probe that takes long keeps nobody else out: a long answer is not a failure.
        case .halfOpen(let since, _): max(0, since + settings.probeMilliseconds - now)
        }
    }

    /// Permits a call, or does not.
    public mutating func permit(at now: Int64) -> Permit? {
        guard wait(at: now) == 0 else { return nil }
        switch state {
        case .closed: return Permit(generation: generation, isProbe: false)
        case .open(_, let cause), .halfOpen(_, let cause):
            change(to: .halfOpen(since: now, cause))
            return Permit(generation: generation, isProbe: true)
        }
    }

    /// The call's answer has begun: for a probe that is enough, since a stream may take minutes.
    /// - Returns: the permit under which the call goes on.
    public mutating func answerBegan(_ permit: Permit) -> Permit {
        guard permit.isProbe, permit.generation == generation else { return permit }
        close()
        return Permit(generation: generation, isProbe: false)
    }

    /// The call is over.
    public mutating func record(_ result: Result, of permit: Permit, at now: Int64) {
        guard permit.generation == generation, settings.mode == .on else { return }
        switch result {
        case .success:
            if permit.isProbe { return close() }
            failuresInARow = 0
            window.count(isFailure: false, at: now)
        case .failure, .rateLimited(nil):
            if permit.isProbe { return reopen(.failures, at: now) }
            failuresInARow += 1
            window.count(isFailure: true, at: now)
            if failuresInARow >= settings.failures || isFailing(at: now) { open(for: settings.openMilliseconds, .failures, at: now) }
        case .rateLimited(let wait?):
            open(for: max(wait, settings.openMilliseconds), .rateLimited, at: now)
        case .badCredentials:
            // A refusal can also be of one request alone: the first probe is soon.
            if permit.isProbe { return reopen(.credentials, at: now) }
            open(for: settings.openMilliseconds, .credentials, at: now)
        case .none:
            // The next call is the probe instead.
            if case .halfOpen(_, let cause) = state { change(to: .open(until: now, cause)) }
        }
    }

    private mutating func isFailing(at now: Int64) -> Bool {
        let (calls, failures) = window.totals(at: now)
        return calls >= settings.calls && failures * 100 >= calls * settings.ratioPercent
    }

    private mutating func open(for wait: Int64, _ cause: Cause, at now: Int64) {
        change(to: .open(until: now + min(wait, settings.openLimitMilliseconds), cause))
    }

    private mutating func reopen(_ cause: Cause, at now: Int64) {
        // Doubled at most so often that the longest wait is reached: a shift beyond it would overflow.
        failedProbes = min(failedProbes + 1, 16)
        open(for: settings.openMilliseconds << Int64(failedProbes), cause, at: now)
    }

    private mutating func close() {
        failuresInARow = 0
        failedProbes = 0
        window = OutcomeWindow(milliseconds: settings.windowMilliseconds)
        change(to: .closed)
    }

    private mutating func change(to state: State) {
        self.state = state
        generation += 1
    }
}
