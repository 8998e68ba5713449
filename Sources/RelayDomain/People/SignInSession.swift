/// Somebody's being signed in on one device.
public struct SignInSession: Hashable, Sendable {
    /// What the session may be used for.
    public enum Stage: String, CaseIterable, Sendable {
        /// The password was right, and a code is still to come.
        case code
        /// Everything.
        case full
    }

    public let id: SessionID
    public let person: PersonID
    public let stage: Stage
    public let createdAt: Timestamp
    public let seenAt: Timestamp
    /// Where it was opened from, as far as anybody knows.
    public let address: String?
    /// What the browser called itself then.
    public let agent: String?

    public init(
        id: SessionID, person: PersonID, stage: Stage, createdAt: Timestamp, seenAt: Timestamp, address: String?, agent: String?
    ) {
        self.id = id
        self.person = person
        self.stage = stage
        self.createdAt = createdAt
        self.seenAt = seenAt
        self.address = address
        self.agent = agent
    }
}

/// How long a session lasts.
public enum SessionTimes {
    /// Without any request.
    public static let idleMilliseconds: Int64 = 12 * 3_600_000
    /// However it is used.
    public static let longestMilliseconds: Int64 = 14 * 86_400_000
    /// Between the password and the code.
    public static let codeMilliseconds: Int64 = 10 * 60_000
    /// Between two writes of when a session was seen.
    public static let touchMilliseconds: Int64 = 60_000
    /// Sessions of one person. The oldest goes when another one comes.
    public static let ofOnePerson = 20
    /// For how long a password that was given out lets in.
    public static let givenPasswordMilliseconds: Int64 = 72 * 3_600_000
}

extension SignInSession {
    public func isOver(at time: Timestamp) -> Bool {
        let age = time.milliseconds - createdAt.milliseconds
        if stage == .code { return age >= SessionTimes.codeMilliseconds }
        return age >= SessionTimes.longestMilliseconds || time.milliseconds - seenAt.milliseconds >= SessionTimes.idleMilliseconds
    }

    /// Whether the database should hear that it was used.
    public func isTouchDue(at time: Timestamp) -> Bool {
        time.milliseconds - seenAt.milliseconds >= SessionTimes.touchMilliseconds
    }
}
