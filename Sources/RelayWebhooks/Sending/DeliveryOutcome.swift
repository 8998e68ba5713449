/// What came of one attempt.
public enum DeliveryOutcome: Hashable, Sendable {
    /// Whatever the status is.
    case answered(status: Int)
    case failed(DeliveryFault)
}
