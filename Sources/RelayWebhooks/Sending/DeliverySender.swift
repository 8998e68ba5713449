/// Sends one message.
public protocol DeliverySender: Sendable {
    /// It ends within ``DeliveryLimits/attemptMilliseconds``, and soon after the task is cancelled.
    func send(_ message: SignedMessage) async -> DeliveryOutcome
}
