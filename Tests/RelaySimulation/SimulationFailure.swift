/// What was not as it must be, and how to see it again.
public struct SimulationFailure: Error, CustomStringConvertible {
    public let seed: UInt64
    public let step: Int
    public let message: String
    /// The last events, the oldest first.
    public let events: [String]

    public var description: String {
        """
        step \(step): \(message)
        \(events.map { "    \($0)" }.joined(separator: "\n"))
        reproduce with: make simulate SEED=\(seed) STEPS=\(step)
        """
    }
}
