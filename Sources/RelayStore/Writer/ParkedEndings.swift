/// Endings that the database does not take although it takes others: a lock that somebody forgot keeps one out, or what it touches is damaged.
///
/// They stand aside, so that everything else goes on, and are tried one by one and by themselves until they land. Their number is bounded by
/// the holds.
struct ParkedEndings {
    private let pause: Duration
    private let stopTime: Duration
    /// In the order of their next tries.
    private var waiting: [(entry: LedgerWriter.Entry, due: ContinuousClock.Instant)] = []
    private var stop: (until: ContinuousClock.Instant, untried: Int)?

    init(_ limits: LedgerWriterLimits) {
        pause = .milliseconds(limits.parkMilliseconds)
        stopTime = .milliseconds(Int64(limits.stopSeconds * 1_000))
    }

    var entries: [LedgerWriter.Entry] { waiting.map(\.entry) }
    var nextDue: ContinuousClock.Instant? { waiting.first?.due }

    mutating func park(_ entry: LedgerWriter.Entry, at now: ContinuousClock.Instant) {
        waiting.append((entry, now + pause))
    }

    func isDue(at now: ContinuousClock.Instant) -> Bool { nextDue.map { $0 <= now } ?? false }

    /// - Returns: one whose time has come.
    mutating func takeDue(at now: ContinuousClock.Instant) -> LedgerWriter.Entry? {
        isDue(at: now) ? waiting.removeFirst().entry : nil
    }

    /// At the stop each is tried once more, as far as there is time.
    mutating func takeLast(at now: ContinuousClock.Instant) -> LedgerWriter.Entry? {
        let left = stop ?? (now + stopTime, waiting.count)
        guard left.untried > 0, now < left.until, !waiting.isEmpty else { return nil }
        stop = (left.until, left.untried - 1)
        return waiting.removeFirst().entry
    }

    mutating func removeAll() -> [LedgerWriter.Entry] {
        defer { waiting = [] }
        return entries
    }
}
