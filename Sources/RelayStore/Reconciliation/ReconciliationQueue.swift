/// Lets one reconciliation run at a time: it reads all books, and two at once would take from the requests what one takes, twice.
///
/// Who asks while one runs gets the next one, which begins when that has ended, so that it sees all that was there when it was asked for;
/// and all who ask until then share it.
public actor ReconciliationQueue {
    private let run: @Sendable () async throws -> Reconciliation
    private var current: Task<Reconciliation, any Error>?
    private var next: Task<Reconciliation, any Error>?
    /// Those who have asked and were not answered yet.
    private(set) var waitingCount = 0

    /// - Parameter run: makes one reconciliation.
    public init(_ run: @escaping @Sendable () async throws -> Reconciliation) { self.run = run }

    /// - Throws: what the run throws.
    public func reconciliation() async throws -> Reconciliation {
        waitingCount += 1
        defer { waitingCount -= 1 }
        return try await (next ?? enqueue()).value
    }

    private func enqueue() -> Task<Reconciliation, any Error> {
        let before = current
        let task = Task {
            if let before {
                _ = await before.result
                (current, next) = (next, nil)
            }
            defer { if next == nil { current = nil } }
            return try await run()
        }
        if before == nil { current = task } else { next = task }
        return task
    }
}
