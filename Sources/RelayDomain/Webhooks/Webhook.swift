public enum WebhookKind: IdentifierKind { public static let prefix = "whk_" }
public enum DeliveryKind: IdentifierKind { public static let prefix = "dlv_" }

/// Where events are sent.
public typealias WebhookID = Identifier<WebhookKind>
/// One event on its way to one webhook, with all its attempts.
public typealias DeliveryID = Identifier<DeliveryKind>

/// An address of a program that is told of events.
public struct Webhook: Hashable, Sendable {
    public enum State: String, Sendable, CaseIterable {
        case active
        /// It gets nothing: switched off by its owner, or given up since nothing has arrived.
        case disabled
    }

    /// How many an account may have, and the operator.
    public static let limit = 10
    /// Bytes of an address.
    public static let urlLimit = 2_000
    /// For so long after a rotation, the secret before is still valid.
    public static let rotationMilliseconds: Int64 = 86_400_000
    /// Who has failed for so long without one success is given up.
    public static let failingMilliseconds: Int64 = 432_000_000

    public let id: WebhookID
    /// nil for the operator's own, which is told of everything.
    public let account: AccountID?
    public let url: String
    /// What it is told of; empty for everything that its owner may know.
    public let events: [WebhookEvent.Kind]
    public var state: State
    /// Present while it is disabled.
    public var disabledBecause: String?
    /// What its messages are signed with, as it is stored: sealed. Nothing here can open it.
    public var sealedSecret: [UInt8]
    /// The secret before the last rotation, and until when it is valid.
    public var formerSecret: FormerSecret?
    public let createdAt: Timestamp
    /// Since when attempts have failed without one success; nil where the last one has arrived.
    public var failingSince: Timestamp?

    public struct FormerSecret: Hashable, Sendable {
        public let sealed: [UInt8]
        public let until: Timestamp

        public init(sealed: [UInt8], until: Timestamp) {
            self.sealed = sealed
            self.until = until
        }
    }

    public init(
        id: WebhookID, account: AccountID?, url: String, events: [WebhookEvent.Kind], state: State = .active,
        disabledBecause: String? = nil, sealedSecret: [UInt8], formerSecret: FormerSecret? = nil, createdAt: Timestamp,
        failingSince: Timestamp? = nil
    ) {
        self.id = id
        self.account = account
        self.url = url
        self.events = events
        self.state = state
        self.disabledBecause = disabledBecause
        self.sealedSecret = sealedSecret
        self.formerSecret = formerSecret
        self.createdAt = createdAt
        self.failingSince = failingSince
    }

    /// Whether it is told of events of a kind that concern `account`. An account's own is told of nobody else's.
    public func wants(_ kind: WebhookEvent.Kind, of account: AccountID?) -> Bool {
        guard events.isEmpty || events.contains(kind) else { return false }
        guard let own = self.account else { return true }
        return own == account && !kind.isForOperatorAlone
    }

    /// The secrets that are valid at `time`, sealed, the newest first.
    public func sealedSecrets(at time: Timestamp) -> [[UInt8]] {
        [sealedSecret] + (formerSecret.flatMap { $0.until > time ? [$0.sealed] : nil } ?? [])
    }

    /// Puts a new secret in the place of the present one, which stays valid for a day.
    public mutating func rotate(to sealed: [UInt8], at time: Timestamp) {
        formerSecret = FormerSecret(sealed: sealedSecret, until: time.adding(milliseconds: Self.rotationMilliseconds))
        sealedSecret = sealed
    }

    public mutating func disable(because reason: String) {
        state = .disabled
        disabledBecause = disabledBecause ?? reason
    }

    public mutating func enable() {
        state = .active
        disabledBecause = nil
        failingSince = nil
    }

    /// Counts an attempt that has arrived, or one that has not: who fails for too long is disabled.
    public mutating func count(hasArrived: Bool, at time: Timestamp) {
        guard !hasArrived else { return failingSince = nil }
        let since = failingSince ?? time
        failingSince = since
        guard state == .active, time >= since.adding(milliseconds: Self.failingMilliseconds) else { return }
        disable(because: "nothing has arrived since \(since.rfc3339)")
    }
}

/// An event on its way to a webhook, or what became of it.
public struct Delivery: Hashable, Sendable {
    public enum State: String, Sendable, CaseIterable {
        case pending
        case delivered
        /// Given up. It can be replayed.
        case failed
    }

    public let id: DeliveryID
    public let webhook: WebhookID
    /// Whose webhook it is; nil for the operator's.
    public let account: AccountID?
    /// The event's name.
    public let event: String
    public let kind: WebhookEvent.Kind
    public var state: State
    /// Attempts that were begun.
    public var attempts: Int64
    /// The last answer's, where there was one.
    public var lastStatus: Int64?
    public var lastError: String?
    /// While it is pending: when it is tried next, or given to somebody else if whoever tries it now is gone.
    public var nextAttemptAt: Timestamp?
    public let createdAt: Timestamp
    public var deliveredAt: Timestamp?

    public init(
        id: DeliveryID, webhook: WebhookID, account: AccountID?, event: String, kind: WebhookEvent.Kind, state: State = .pending,
        attempts: Int64 = 0, lastStatus: Int64? = nil, lastError: String? = nil, nextAttemptAt: Timestamp?, createdAt: Timestamp,
        deliveredAt: Timestamp? = nil
    ) {
        self.id = id
        self.webhook = webhook
        self.account = account
        self.event = event
        self.kind = kind
        self.state = state
        self.attempts = attempts
        self.lastStatus = lastStatus
        self.lastError = lastError
        self.nextAttemptAt = nextAttemptAt
        self.createdAt = createdAt
        self.deliveredAt = deliveredAt
    }
}
