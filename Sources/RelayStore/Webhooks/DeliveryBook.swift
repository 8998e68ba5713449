public import RelayDomain

/// One attempt that is due.
public struct DueDelivery: Hashable, Sendable {
    public let id: DeliveryID
    public let webhook: WebhookID
    public let url: String
    /// The webhook's secrets as they are stored, sealed, the newest first: one or, while a rotation is recent, two.
    public let sealedSecrets: [[UInt8]]
    /// The event's name, which is the message's id.
    public let event: String
    /// The message's body, the same for each attempt.
    public let body: String
    /// From 1.
    public let attempt: Int
    /// Marks this claim: what is recorded under another one changes nothing.
    public let claim: Int64

    public init(
        id: DeliveryID, webhook: WebhookID, url: String, sealedSecrets: [[UInt8]], event: String, body: String, attempt: Int, claim: Int64
    ) {
        self.id = id
        self.webhook = webhook
        self.url = url
        self.sealedSecrets = sealedSecrets
        self.event = event
        self.body = body
        self.attempt = attempt
        self.claim = claim
    }
}

public enum DeliveryResult: Hashable, Sendable {
    case delivered(status: Int)
    /// Again at `at`.
    case again(at: Timestamp, status: Int?, error: String)
    /// Given up.
    case failed(status: Int?, error: String)
    /// The receiver wants no more: the webhook is disabled as well.
    case gone(status: Int)
}

/// Where deliveries are taken from, and what became of them is written. Several nodes may do so at once.
public protocol DeliveryBook: Sendable {
    /// Makes deliveries of the events that are new, and events of what has only passed by time.
    /// - Returns: whether there was anything.
    /// - Throws: ``StoreFailure``.
    func dispatch(at: Timestamp) async throws -> Bool

    /// Takes what is due, for this node, until `until`: whoever dies with it leaves it to the next. Of each webhook only a few are with
    /// somebody at a time, and one where the last attempt has failed, so that a slow receiver holds nobody else up.
    /// - Throws: ``StoreFailure``.
    func claim(limit: Int, until: Timestamp, at: Timestamp) async throws -> [DueDelivery]

    /// Writes what an attempt came to. A claim that has passed to somebody else changes nothing.
    /// - Throws: ``StoreFailure``.
    func record(_ result: DeliveryResult, of delivery: DueDelivery, at: Timestamp) async throws

    /// When the next one is due; nil where none waits.
    /// - Throws: ``StoreFailure``.
    func nextDue() async throws -> Timestamp?

    /// Removes events and deliveries that have ended and are older than `before`.
    /// - Throws: ``StoreFailure``.
    func sweep(before: Timestamp) async throws
}
