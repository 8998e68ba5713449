/// What an `Idempotency-Key` says: that every request of the account with this key is one and the same.
public struct IdempotencyClaim: Hashable, Sendable {
    /// The longest key, in bytes.
    public static let keyLimit = 255

    public let key: String
    /// Of the endpoint and the body: 32 bytes that no two requests share.
    public let fingerprint: [UInt8]

    public init(key: String, fingerprint: [UInt8]) {
        self.key = key
        self.fingerprint = fingerprint
    }
}

/// What becomes of an answer when its request has been settled.
public enum AnswerKeeping: Hashable, Sendable {
    /// It is not kept, and its key is free: there was none, or it was not whole.
    case none
    /// Encrypted; nothing below the gateway can read it.
    case sealed([UInt8])
    /// It was larger than what is kept. A repeat is refused, and never run again.
    case tooLarge
}

/// A request that carried an idempotency key, and its answer once there is one.
public struct AnswerRecord: Hashable, Sendable {
    /// How long a key stands for its request.
    public static let keptMilliseconds: Int64 = 24 * 3_600_000

    public struct ID: Hashable, Sendable {
        public let account: AccountID
        public let key: String

        public init(account: AccountID, key: String) {
            self.account = account
            self.key = key
        }
    }

    public enum State: String, Sendable {
        /// Its hold is open.
        case running
        case stored
        case tooLarge = "too_large"
    }

    public let id: ID
    public let request: RequestID
    public let fingerprint: [UInt8]
    /// The one that is held for.
    public var model: String
    public let expiresAt: Timestamp
    public var state: State
    /// Set where it is to be written; it is not read with the rest.
    public var sealed: [UInt8]?

    public init(
        id: ID, request: RequestID, fingerprint: [UInt8], model: String, expiresAt: Timestamp, state: State, sealed: [UInt8]? = nil
    ) {
        self.id = id
        self.request = request
        self.fingerprint = fingerprint
        self.model = model
        self.expiresAt = expiresAt
        self.state = state
        self.sealed = sealed
    }
}

/// An answer that is given again.
public struct Replay: Hashable, Sendable {
    /// The request that was answered, and charged.
    public let original: RequestID
    /// Where the answer is kept.
    public let answer: AnswerRecord.ID
    /// The wallet's available credits. The replay has changed nothing of them.
    public let available: Credits

    public init(original: RequestID, answer: AnswerRecord.ID, available: Credits) {
        self.original = original
        self.answer = answer
        self.available = available
    }
}
