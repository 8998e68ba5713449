import CoreMetrics

/// What the ledger's thread measures: `nexrelay_ledger_batch_commands` and `nexrelay_ledger_commit_seconds`, a histogram each.
struct WriterMetrics: Sendable {
    private let batch: Recorder
    private let commit: Timer

    init(_ factory: any MetricsFactory) {
        batch = Recorder(label: "nexrelay_ledger_batch_commands", dimensions: [], aggregate: true, factory: factory)
        commit = Timer(label: "nexrelay_ledger_commit_seconds", dimensions: [], factory: factory)
    }

    func committed(_ commands: Int, in duration: Duration) {
        batch.record(commands)
        let (seconds, attoseconds) = duration.components
        commit.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
