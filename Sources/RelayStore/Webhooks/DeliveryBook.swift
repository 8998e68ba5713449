public import RelayDomain

/// One attempt that is due.
public struct DueDelivery: Hashable, Sendable {
    public let id: DeliveryID  // Identifier<DeliveryKind>, "dlv_"
    public let webhook: WebhookID  // "whk_"
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
public protocol DeliveryBook: Sendable {
    /// Makes deliveries of the events that are new, and events of what has only passed by time. - Returns: whether there was anything.
    func dispatch(at: Timestamp) async throws -> Bool
    /// Takes what is due, for this node, until `until`: whoever died with it leaves it to the next. At most one of each webhook is with somebody at a time … (limit per webhook), so a slow receiver holds nobody else up.
    func claim(limit: Int, until: Timestamp, at: Timestamp) async throws -> [DueDelivery]
    func record(_ result: DeliveryResult, of delivery: DueDelivery, at: Timestamp) async throws
    /// When the next one is due; nil where none waits.
    func nextDue() async throws -> Timestamp?
    /// Removes events and deliveries that have ended and are older than `before`.
    func sweep(before: Timestamp) async throws
}
