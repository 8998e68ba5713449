import RelayDomain

/// Where the charges of a time are looked for among an account's receipts.
///
/// Receipts are in the order of their requests, and there is no index by the time of their charge: it would cost every request. So they are
/// told apart. *Quick* ones ended in time and within an hour, and are found beside the times at which they came. *Slow* ones, those
/// that took longer or were settled late or whose clock was set back meanwhile, have an index of their own (`receipts_slow`): they are few.
enum StatementRange {
    /// From a request's beginning to its end.
    private static let quickMilliseconds: Int64 = 3_600_000
    /// How much an id may be older or younger than the admission that is its receipt's beginning.
    private static let disorderMilliseconds: Int64 = 3_600_000

    /// As the index has it, word by word.
    static let slow = "(settled_late = 1 OR ended_at < created_at OR ended_at - created_at >= \(quickMilliseconds))"
    static let quick = "settled_late = 0 AND ended_at >= created_at AND ended_at - created_at < \(quickMilliseconds)"

    static let index = "CREATE INDEX receipts_slow ON receipts (account, ended_at) WHERE \(slow)"

    /// Of quick requests that ended between two times: the ids between which theirs lie.
    static func requests(from start: Timestamp, to end: Timestamp) -> (first: RequestID, last: RequestID) {
        (
            id(at: start.adding(milliseconds: -quickMilliseconds - disorderMilliseconds)),
            id(at: end.adding(milliseconds: disorderMilliseconds))
        )
    }

    private static func id(at time: Timestamp) -> RequestID { RequestID(high: UInt64(max(0, time.milliseconds)) << 16, low: 0) }
}
