/// Every bound of the sending of webhooks.
public enum DeliveryLimits {
    /// Deliveries that are on the way at once, on one node.
    public static let underway = 32
    /// Threads that look names up. A name's server may hang for longer than an attempt lasts, and nobody can call the thread back.
    public static let lookUps = 64
    /// One attempt, from the look-up of the name to the end of the answer, in milliseconds.
    public static let attemptMilliseconds: Int64 = 15_000
    /// One address's connection, so that there is time for another one of the name's.
    public static let connectMilliseconds: Int64 = 5_000
    /// Addresses of one name that are tried.
    public static let addresses = 4
    /// What is read of an answer's body. Nothing is done with it: it is read so that a receiver is not cut off in the middle of a word.
    public static let answerBytes = 4_096
    /// What is read of an answer in all, its head among it.
    public static let readBytes = 32_768
    /// How long a delivery is kept for this node: an attempt, and the writing down of its result while the database hesitates.
    public static let claimMilliseconds: Int64 = 90_000
    /// Between two tries to write a result down.
    public static let recordPause = Duration.seconds(1)
    /// Between two looks when nothing is due that anybody knows of: what other nodes have made due, and what has only passed by time.
    public static let longestPause = Duration.seconds(5)
    /// Between two looks when something is due that cannot be had, such as a second delivery of a webhook that is slow.
    public static let shortestPause = Duration.milliseconds(500)
    /// What is on the way when a stop is asked for.
    public static let shutdown = Duration.seconds(5)
    /// How long events and deliveries that have ended are kept.
    public static let keptMilliseconds: Int64 = 30 * 86_400_000
    /// Between two sweeps of those.
    public static let sweepMilliseconds: Int64 = 3_600_000
}
