/// The requests that were admitted in the last 60 seconds, in constant space: no rolling window of 60 seconds ever holds more of them
/// than the limit that is asked for.
///
/// Requests that come within a second of a mark's first share the mark, and leave the window together, with the last of them. So a
/// request counts for 60 to 61 seconds, never for less, and there are at most ``markLimit`` marks. Up to one request a second, the window
/// is exact.
public struct RateWindow: Hashable, Sendable {
    /// The length of the window.
    public static let milliseconds: Int64 = 60_000
    /// Requests that come within so long of a mark's first share it.
    static let markMilliseconds: Int64 = 1_000
    /// Marks that can be alive at once.
    public static let markLimit = Int((milliseconds + markMilliseconds) / markMilliseconds) + 1

    /// Requests that leave the window together, the times in milliseconds since 1970.
    public struct Mark: Hashable, Sendable {
        public var first: Int64
        public var last: Int64
        public var count: Int64

        public init(first: Int64, last: Int64, count: Int64) {
            self.first = first
            self.last = last
            self.count = count
        }
    }

    /// The oldest first.
    public private(set) var marks: [Mark]

    public init(marks: [Mark] = []) {
        self.marks = marks
    }

    /// What the window says of a limit.
    public func status(of limit: Int64, at time: Timestamp) -> RateStatus {
        var window = self
        window.advance(to: time)
        let used = window.marks.reduce(0) { $0 + $1.count }
        let end = window.marks.last.map { $0.last + Self.milliseconds - time.milliseconds } ?? 0
        return RateStatus(
            limit: limit, used: used, waitMilliseconds: window.wait(toFree: used - limit + 1, at: time), resetMilliseconds: end)
    }

    /// Counts one request.
    mutating func admit(at time: Timestamp) {
        advance(to: time)
        let now = max(time.milliseconds, marks.last?.last ?? .min)
        if let newest = marks.last, now - newest.first < Self.markMilliseconds {
            marks[marks.count - 1].last = now
            marks[marks.count - 1].count += 1
        } else {
            marks.append(Mark(first: now, last: now, count: 1))
        }
    }

    /// Lets go of what has left the window.
    ///
    /// A clock that went back makes no room: until it has caught up, the time is that of the newest mark. Marks that are further ahead than
    /// the window are of a clock that was wrong, and are forgotten: else a wallet would be shut for as long as the clock was ahead.
    private mutating func advance(to time: Timestamp) {
        guard let newest = marks.last else { return }
        if newest.last - time.milliseconds > Self.milliseconds {
            marks = []
            return
        }
        let now = max(time.milliseconds, newest.last)
        let gone = marks.prefix { $0.last + Self.milliseconds <= now }.count
        if gone > 0 { marks.removeFirst(gone) }
    }

    /// How long it takes until so many requests have left.
    private func wait(toFree requests: Int64, at time: Timestamp) -> Int64 {
        guard requests > 0 else { return 0 }
        var freed: Int64 = 0
        for mark in marks {
            freed += mark.count
            if freed >= requests { return mark.last + Self.milliseconds - time.milliseconds }
        }
        // A limit of nothing.
        return Self.milliseconds
    }
}

/// How much of a rate is used, as the `x-ratelimit-*` headers tell it.
public struct RateStatus: Hashable, Sendable {
    /// Requests a minute.
    public let limit: Int64
    /// Requests in the window. More than the limit where the limit was lowered since.
    public let used: Int64
    /// After which one more request is admitted; 0 where it is now.
    public let waitMilliseconds: Int64
    /// After which the window is empty.
    public let resetMilliseconds: Int64

    public init(limit: Int64, used: Int64, waitMilliseconds: Int64, resetMilliseconds: Int64) {
        self.limit = limit
        self.used = used
        self.waitMilliseconds = waitMilliseconds
        self.resetMilliseconds = resetMilliseconds
    }

    public var remaining: Int64 { max(0, limit - used) }

    /// Whole seconds after which a request is admitted.
    public var retryAfterSeconds: Int { max(1, Int((waitMilliseconds + 999) / 1_000)) }

    /// The one that leaves less room; of two that leave the same, the one that takes longer to reset.
    func tighter(_ other: RateStatus?) -> RateStatus {
        guard let other else { return self }
        return (other.remaining, -other.resetMilliseconds) < (remaining, -resetMilliseconds) ? other : self
    }
}
