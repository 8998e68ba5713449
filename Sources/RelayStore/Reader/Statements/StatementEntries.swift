import RelayDomain

/// Every entry of a month in the journal's order, some at a time. However many there are, only a page of each kind is in memory, and those
/// that were charged while an earlier request was still running.
public struct StatementEntries: Sendable {
    /// Entries of each kind that are read in one go.
    private static let pageEntries = 1_000
    /// Entries that may wait for one that was posted before them. Beyond that, which takes clocks that are set back, the order suffers.
    private static let waitingEntries = 50_000

    private let source: any ReadSource
    private let pageEntries: Int
    private let period: StatementPeriod
    private var quick: QuickCharges
    private var slow: SlowCharges
    private var movements: StatementMovements
    private var waiting: [JournalEntry] = []
    private var sum = Credits.zero
    private var isDone = false

    init(_ period: StatementPeriod, source: any ReadSource, pageEntries: Int = pageEntries) {
        self.source = source
        self.pageEntries = pageEntries
        self.period = period
        quick = QuickCharges(period)
        slow = SlowCharges(period)
        movements = StatementMovements(period)
    }

    /// - Returns: the entries that come next, perhaps none; nil when there are no more.
    /// - Throws: ``StatementFault`` in the place of the last nil, where what was handed out does not lead from the opening to the closing
    ///   balance; ``StoreFailure``.
    public mutating func next() async throws -> [JournalEntry]? {
        if isDone { return nil }
        let reach = min(quick.reach, slow.reach, movements.reach)
        guard reach < .distantFuture else {
            isDone = true
            guard period.opening + sum == period.closing else { throw StatementFault(period, sum: sum) }
            return nil
        }
        try await read(upTo: reach)
        return take()
    }

    /// Reads a page of each kind that has come no further than `reach`.
    private mutating func read(upTo reach: Timestamp) async throws {
        let state = (quick, slow, movements)
        let limit = pageEntries
        let (read, entries) = try await source.read { session in
            var (quick, slow, movements) = state
            var entries: [JournalEntry] = []
            if quick.reach <= reach { entries += try quick.page(limit, on: session) }
            if slow.reach <= reach { entries += try slow.page(limit, on: session) }
            if movements.reach <= reach { entries += try movements.page(limit, on: session) }
            return ((quick, slow, movements), entries)
        }
        (quick, slow, movements) = read
        waiting += entries
        waiting.sort { $0.number < $1.number }
    }

    /// Those before which nothing can come any more.
    private mutating func take() -> [JournalEntry] {
        let reach = min(quick.reach, slow.reach, movements.reach)
        let ready = waiting.firstIndex { $0.at >= reach } ?? waiting.count
        let taken = Array(waiting.prefix(max(ready, waiting.count - Self.waitingEntries)))
        waiting.removeFirst(taken.count)
        sum = taken.reduce(sum) { $0 + $1.credits }
        return taken
    }
}
