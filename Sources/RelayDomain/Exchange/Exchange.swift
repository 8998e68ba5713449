/// One relayed request, from its admission to its charge, as a value: events in, the next thing to do out.
///
/// ```
/// receiving → admitting → attempting(n) → relaying → settling → done
///                  │           │  ├→ attempting(n + 1)     ↑
///                  │           │  └→ moving → attempting   │
///                  └→ done     └───────────────────────────┘
/// ```
///
/// The hold stands outside the attempts: it is taken once, before the first, and ends once, whatever they come to. Every path
/// from `attempting` on passes through `settling`, so no path leaves a hold open.
public struct Exchange: Sendable {
    /// Each case names its legal exits.
    public enum State: Hashable, Sendable {
        /// → admitting
        case receiving
        /// → attempting, moving, settling, done (refused, or answered before)
        case admitting
        /// An upstream is called for the `n`th time, and nothing has reached the client. → attempting, moving, relaying, settling
        case attempting(Int)
        /// The ledger moves the hold to another model of the route, for attempt number `n`. → attempting, moving, settling
        case moving(Int)
        /// The answer flows to the client: there is no way back. → settling
        case relaying(Int)
        /// The ledger ends the hold; the client waits for its last bytes. → done
        case settling(Finish)
        case done
    }

    /// What the client gets once the hold has ended.
    public enum Finish: Hashable, Sendable {
        /// The end of its answer.
        case complete
        /// An error instead of an answer.
        case refuse(Refusal)
        /// The upstream's own refusal.
        case passThrough
        /// An error event after a part of an answer.
        case breakOff(Refusal)
        /// Nothing: it has left before anything was tried.
        case nothing
    }

    /// Where the next attempt can go.
    public enum Next: Hashable, Sendable {
        /// To another upstream of the model.
        case upstream
        /// To another model of the route.
        case model
        case nowhere
    }

    public private(set) var state = State.receiving
    public private(set) var isClientGone = false
    private let attemptLimit: Int
    /// What the last attempt came to.
    private var lastOutcome = Attempt.Outcome.unreachable

    /// - Parameter attemptLimit: upstream calls in all, at least 1.
    public init(attemptLimit: Int = 3) {
        self.attemptLimit = max(1, attemptLimit)
    }

    // MARK: Admission

    public mutating func requestReceived() {
        precondition(state == .receiving)
        state = .admitting
    }

    public enum AdmissionAction: Hashable, Sendable {
        case attempt(Int)
        /// Ask the ledger for the next models of the route.
        case move
        case refuse(Refusal)
        case end(HoldEnding.Outcome)
    }

    /// The ledger refused.
    public mutating func refused(_ refusal: Refusal) -> AdmissionAction {
        precondition(state == .admitting || state == .receiving)
        state = .done
        return .refuse(refusal)
    }

    /// The request was answered before: the stored answer is all there is to do.
    public mutating func replayed() {
        precondition(state == .admitting)
        state = .done
    }

    /// The ledger holds the credits, for the first model or for the one that the hold was moved to.
    /// - Parameter next: where the attempt can go.
    public mutating func admitted(next: () -> Next, retryAfter: () -> Int) -> AdmissionAction {
        let number: Int
        switch state {
        case .admitting: number = 0
        case .moving(let attempt): number = attempt
        default: preconditionFailure("an admission in \(state)")
        }
        if isClientGone {
            state = .settling(.nothing)
            return .end(.void)
        }
        switch next() {
        case .upstream:
            state = .attempting(number)
            return .attempt(number)
        case .model:
            state = .moving(number)
            return .move
        case .nowhere:
            state = .settling(.refuse(Self.refusal(for: lastOutcome, retryAfterSeconds: retryAfter())))
            return .end(.void)
        }
    }

    /// No further model takes the request: what the last attempt came to is the answer.
    public mutating func moveRefused(retryAfter: () -> Int) -> AdmissionAction {
        guard case .moving = state else { preconditionFailure("a move's refusal in \(state)") }
        state = .settling(isClientGone ? .nothing : .refuse(Self.refusal(for: lastOutcome, retryAfterSeconds: retryAfter())))
        return .end(.void)
    }

    // MARK: The upstream

    public enum FailureAction: Hashable, Sendable {
        case attempt(Int)
        case move
        case end(HoldEnding.Outcome)
        case none
    }

    /// The upstream failed, in a way that permits the next attempt while nothing has reached the client.
    /// - Parameters:
    ///   - next: where that can go; asked only where there may be one.
    ///   - retryAfter: seconds after which an upstream may be had again, where the client is told.
    ///   - billing: how a part of an answer is charged.
    public mutating func upstreamFailed(
        _ outcome: Attempt.Outcome, next: () -> Next, retryAfter: () -> Int, billing: @autoclosure () -> HoldEnding.Outcome
    ) -> FailureAction {
        switch state {
        case .attempting(let number):
            lastOutcome = outcome
            switch number + 1 < attemptLimit && !isClientGone ? next() : .nowhere {
            case .upstream:
                state = .attempting(number + 1)
                return .attempt(number + 1)
            case .model:
                state = .moving(number + 1)
                return .move
            case .nowhere:
                state = .settling(.refuse(Self.refusal(for: outcome, retryAfterSeconds: retryAfter())))
                return .end(.void)
            }
        case .relaying:
            state = .settling(.breakOff(Self.refusal(for: outcome, retryAfterSeconds: 1)))
            return .end(billing())
        case .receiving, .admitting, .moving, .settling, .done:
            return .none
        }
    }

    /// The relay answers by itself, and cannot.
    public mutating func refusedHere(_ refusal: Refusal) -> HoldEnding.Outcome {
        guard case .attempting = state else { preconditionFailure("a refusal in \(state)") }
        state = .settling(isClientGone ? .nothing : .refuse(refusal))
        return .void
    }

    /// The upstream refused the request itself: its answer goes through as it came, and costs nothing.
    public mutating func upstreamRefused() -> HoldEnding.Outcome {
        guard case .attempting = state else { preconditionFailure("a refusal in \(state)") }
        state = .settling(.passThrough)
        return .void
    }

    /// The first usable part of an answer is there.
    public mutating func answerBegan() {
        guard case .attempting(let number) = state else { preconditionFailure("an answer in \(state)") }
        state = .relaying(number)
    }

    /// The answer is whole.
    public mutating func answerEnded(billing: HoldEnding.Outcome) -> HoldEnding.Outcome {
        switch state {
        case .attempting, .relaying: state = .settling(.complete)
        default: preconditionFailure("an answer's end in \(state)")
        }
        return billing
    }

    // MARK: The client

    public enum DepartureAction: Hashable, Sendable {
        /// Read on to the reported usage.
        case drain
        /// Hang up on the upstream and end the hold.
        case cancel(HoldEnding.Outcome)
        case none
    }

    /// The client has closed its connection.
    public mutating func clientLeft(drains: Bool, billing: @autoclosure () -> HoldEnding.Outcome) -> DepartureAction {
        guard !isClientGone else { return .none }
        isClientGone = true
        switch state {
        case .attempting, .relaying:
            if drains { return .drain }
            state = .settling(.nothing)
            return .cancel(billing())
        case .receiving, .admitting, .moving, .settling, .done:
            return .none
        }
    }

    /// A drain has reached its bounds.
    public mutating func drainEnded(billing: @autoclosure () -> HoldEnding.Outcome) -> DepartureAction {
        switch state {
        case .attempting, .relaying:
            state = .settling(.nothing)
            return .cancel(billing())
        case .receiving, .admitting, .moving, .settling, .done:
            return .none
        }
    }

    // MARK: The end

    /// The ledger has ended the hold.
    /// - Returns: what the client gets; `nothing` when it has left.
    public mutating func settled() -> Finish {
        guard case .settling(let finish) = state else { preconditionFailure("a settlement in \(state)") }
        state = .done
        return isClientGone ? .nothing : finish
    }

    /// What a client is told when the last attempt came to `outcome`.
    static func refusal(for outcome: Attempt.Outcome, retryAfterSeconds: Int) -> Refusal {
        switch outcome {
        case .rateLimited, .unreachable:
            Refusal(
                .noUpstreamAvailable, "No upstream is available for this model at present. Nothing was charged.",
                retryAfterSeconds: retryAfterSeconds)
        case .timedOut:
            Refusal(.upstreamTimeout, "The upstream did not answer in time. What was not delivered is not charged.")
        case .answered, .refused, .failed, .malformed, .broken, .cancelled:
            Refusal(.upstreamError, "The upstream failed before its answer was whole. What was not delivered is not charged.")
        }
    }
}
