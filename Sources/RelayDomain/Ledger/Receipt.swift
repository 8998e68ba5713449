/// One call of an upstream, as a receipt tells it.
public struct Attempt: Hashable, Sendable {
    public enum Outcome: String, Sendable, CaseIterable {
        /// A usable response.
        case answered
        /// The upstream's own 4xx, passed through.
        case refused
        case rateLimited = "rate_limited"
        /// A status that is the upstream's own fault.
        case failed
        case timedOut = "timed_out"
        case unreachable
        /// A 200 that was no answer.
        case malformed
        /// The answer stopped part-way.
        case broken
        /// The relay hung up.
        case cancelled
    }

    public var upstream: String
    public var model: String
    public var outcome: Outcome
    /// The HTTP status; nil where none came.
    public var status: Int?
    public var milliseconds: Int64

    public init(upstream: String, model: String, outcome: Outcome, status: Int?, milliseconds: Int64) {
        self.upstream = upstream
        self.model = model
        self.outcome = outcome
        self.status = status
        self.milliseconds = milliseconds
    }

    /// Why this call cost the customer nothing; nil for the one that was charged.
    public var notBilledBecause: String? {
        switch outcome {
        case .answered, .broken, .cancelled: nil
        case .refused: "the upstream refused the request"
        case .rateLimited: "the upstream limited the relay's rate"
        case .failed: "the upstream failed before a usable response"
        case .timedOut: "the upstream did not answer in time"
        case .unreachable: "the upstream could not be reached"
        case .malformed: "the upstream's response was not an answer"
        }
    }
}

/// What happened on the way, beside the money.
public struct ExchangeFacts: Hashable, Sendable {
    public var attempts: [Attempt]
    /// From the request's arrival to the first byte of content; nil where none came.
    public var firstByteMilliseconds: Int64?
    public var milliseconds: Int64
    public var isClientDisconnected: Bool

    public init(
        attempts: [Attempt] = [], firstByteMilliseconds: Int64? = nil, milliseconds: Int64 = 0, isClientDisconnected: Bool = false
    ) {
        self.attempts = attempts
        self.firstByteMilliseconds = firstByteMilliseconds
        self.milliseconds = milliseconds
        self.isClientDisconnected = isClientDisconnected
    }
}

/// A hold that has ended, and how. Exactly one for each hold.
public struct Receipt: Hashable, Sendable {
    public enum State: String, Sendable, CaseIterable {
        /// The hold has not ended yet.
        case open
        case settled
        /// Ended without a charge: nothing usable came.
        case voided
        /// Its node was gone; nothing is charged by guess. Where the node comes back with what was used, it is settled after all.
        case expired
    }

    public let hold: Hold
    public let state: State
    public let endedAt: Timestamp?
    public let usage: Usage
    /// What the month's meters counted of it: at most what was held, and cached reads beyond their allowance as input.
    public let metered: Tokens
    public let charged: Credits
    /// What the upstream reported beyond the hold: borne by the operator.
    public let absorbed: Credits
    /// The wallet's credits after it, holds of other requests not deducted. nil while open.
    public let balanceAfter: Credits?
    public let facts: ExchangeFacts
    /// The request whose answer was given again.
    public let replayedFrom: RequestID?
    /// Whether its hold had expired before it was settled: then less may have been charged and metered than was reported.
    public let isSettledLate: Bool
    private let lateAfter: Timestamp?

    /// When its hold expired, where it did. Nil also for what a relay settled late that did not write it down yet.
    public var expiredAt: Timestamp? { state == .expired ? endedAt : lateAfter }

    /// - Parameter lateAfter: where it was settled late, when its hold had expired.
    public init(
        hold: Hold, state: State, endedAt: Timestamp?, usage: Usage, metered: Tokens, charged: Credits, absorbed: Credits,
        balanceAfter: Credits?, facts: ExchangeFacts, replayedFrom: RequestID? = nil, isSettledLate: Bool = false,
        lateAfter: Timestamp? = nil
    ) {
        self.hold = hold
        self.state = state
        self.endedAt = endedAt
        self.usage = usage
        self.metered = metered
        self.charged = charged
        self.absorbed = absorbed
        self.balanceAfter = balanceAfter
        self.facts = facts
        self.replayedFrom = replayedFrom
        self.isSettledLate = isSettledLate
        self.lateAfter = lateAfter
    }

    /// The receipt of a request that is still in flight.
    public init(open hold: Hold) {
        self.init(
            hold: hold, state: .open, endedAt: nil, usage: .none, metered: .zero, charged: .zero, absorbed: .zero, balanceAfter: nil,
            facts: ExchangeFacts())
    }
}
