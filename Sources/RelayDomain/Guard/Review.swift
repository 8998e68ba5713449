public enum ReviewKind: IdentifierKind { public static let prefix = "rev_" }

/// Something that the operator should look at.
public typealias ReviewID = Identifier<ReviewKind>

/// An entry of the operator's review queue. An account has at most one open entry for each reason; what happens again is added to it.
public struct Review: Hashable, Sendable {
    public enum Reason: String, Sendable, CaseIterable {
        /// Answers whose usage the upstream did not report: charged by an estimate, or not at all.
        case unreportedUsage = "unreported_usage"
        case retries
        case refusals
        case clientFaults = "client_faults"
        case disconnects
        case repeats
    }

    public enum State: String, Sendable, CaseIterable {
        case open
        case dismissed
        case throttled
        case suspended
    }

    public enum Action: String, Sendable, CaseIterable {
        /// Nothing is wrong: a throttle of the account ends.
        case dismiss
        /// The account stays throttled until a later entry of it is dismissed.
        case throttle
        case suspend
    }

    /// Requests that an entry names, the latest ones.
    public static let requestLimit = 10

    public let id: ReviewID
    public let account: AccountID
    public let reason: Reason
    public let createdAt: Timestamp
    public var updatedAt: Timestamp
    public var state: State
    /// How often it happened.
    public var count: Int64
    /// What was seen, in words; the latest.
    public var summary: String
    /// The latest requests that it concerns.
    public var requests: [RequestID]
    /// The operator's note at the decision.
    public var note: String?

    public init(
        id: ReviewID, account: AccountID, reason: Reason, createdAt: Timestamp, updatedAt: Timestamp, state: State = .open, count: Int64,
        summary: String, requests: [RequestID], note: String? = nil
    ) {
        self.id = id
        self.account = account
        self.reason = reason
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.state = state
        self.count = count
        self.summary = summary
        self.requests = requests
        self.note = note
    }
}

/// Abnormal traffic of an account, as the guard saw it.
public struct Finding: Sendable {
    /// How a throttle grows.
    public struct Throttle: Hashable, Sendable {
        public let milliseconds: Int64
        /// So many throttles within ``strikeMilliseconds`` of each other stay until the operator decides.
        public let strikes: Int64
        public let strikeMilliseconds: Int64

        public init(milliseconds: Int64, strikes: Int64, strikeMilliseconds: Int64) {
            self.milliseconds = milliseconds
            self.strikes = strikes
            self.strikeMilliseconds = strikeMilliseconds
        }
    }

    /// Of the entry that is opened, where none is open.
    public let review: ReviewID
    public let account: AccountID
    public let reason: Review.Reason
    public let summary: String
    public let request: RequestID?
    /// nil where it is only listed.
    public let throttle: Throttle?
    public let at: Timestamp

    public init(
        review: ReviewID, account: AccountID, reason: Review.Reason, summary: String, request: RequestID?, throttle: Throttle?,
        at: Timestamp
    ) {
        self.review = review
        self.account = account
        self.reason = reason
        self.summary = summary
        self.request = request
        self.throttle = throttle
        self.at = at
    }
}

/// The operator's decision about a review.
public struct Resolution: Sendable {
    public let review: ReviewID
    public let account: AccountID
    public let action: Review.Action
    public let note: String
    public let at: Timestamp

    public init(review: ReviewID, account: AccountID, action: Review.Action, note: String, at: Timestamp) {
        self.review = review
        self.account = account
        self.action = action
        self.note = note
        self.at = at
    }
}
