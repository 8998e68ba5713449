import CoreMetrics
import RelayStore

/// What is measured.
///
/// | metric | |
/// |---|---|
/// | `nexrelay_webhook_deliveries_total` | `outcome`: attempts, by what became of the delivery |
/// | `nexrelay_webhook_delivery_seconds` | one attempt, from the name's look-up to the end of the answer |
/// | `nexrelay_webhook_underway` | gauge: attempts that are on the way from this node |
/// | `nexrelay_webhook_late_seconds` | gauge: for how long the first delivery that waits has been due |
struct DeliveryMetrics: Sendable {
    private let delivered: Counter
    private let again: Counter
    private let failed: Counter
    private let gone: Counter
    private let seconds: CoreMetrics.Timer
    private let underway: Meter
    private let late: Meter

    init(_ factory: any MetricsFactory) {
        func counter(_ outcome: String) -> Counter {
            Counter(label: "nexrelay_webhook_deliveries_total", dimensions: [("outcome", outcome)], factory: factory)
        }
        delivered = counter("delivered")
        again = counter("again")
        failed = counter("failed")
        gone = counter("gone")
        seconds = Timer(label: "nexrelay_webhook_delivery_seconds", dimensions: [], factory: factory)
        underway = Meter(label: "nexrelay_webhook_underway", dimensions: [], factory: factory)
        late = Meter(label: "nexrelay_webhook_late_seconds", dimensions: [], factory: factory)
    }

    func took(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.seconds.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    func became(_ result: DeliveryResult) {
        switch result {
        case .delivered: delivered.increment()
        case .again: again.increment()
        case .failed: failed.increment()
        case .gone: gone.increment()
        }
    }

    func areUnderway(_ count: Int) { underway.set(count) }
    func isLate(milliseconds: Int64) { late.set(max(milliseconds, 0) / 1_000) }
}
