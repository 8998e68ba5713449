import CoreMetrics
import Synchronization

/// A count that only grows. At the largest `Int64` it stays there.
final class CounterSeries: Series, CounterHandler {
    let key: SeriesKey
    private let count = Atomic<Int64>(0)

    init(_ key: SeriesKey) { self.key = key }

    /// Amounts below zero are ignored: to Prometheus, a counter that falls is a program that started again.
    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        var seen = count.load(ordering: .relaxed)
        while true {
            let (sum, isTooLarge) = seen.addingReportingOverflow(amount)
            let (isDone, current) = count.weakCompareExchange(expected: seen, desired: isTooLarge ? .max : sum, ordering: .relaxed)
            if isDone { return }
            seen = current
        }
    }

    func reset() { count.store(0, ordering: .relaxed) }

    func write(to exposition: inout ExpositionText) {
        exposition.sample(key.family, labels: key.labels, count.load(ordering: .relaxed).description)
    }
}
