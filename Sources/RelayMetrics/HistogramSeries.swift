import CoreMetrics
import Synchronization

/// How often values came into each of a few fixed ranges, and their sum.
final class HistogramSeries: Series, RecorderHandler, TimerHandler {
    /// Counts what is above the bucket before it and not above its own bound. Its count may wrap: that takes 292 years of one a nanosecond.
    private final class Bucket: Sendable {
        let upperBound: Double
        let count = Atomic<Int64>(0)

        init(upperBound: Double) { self.upperBound = upperBound }
    }

    let key: SeriesKey
    private let scale: HistogramScale
    /// The last one takes all that is above the bounds.
    private let buckets: [Bucket]
    /// In the unit that is recorded. Whole nanoseconds add up exactly to 104 days, which fractions of seconds do not.
    private let sum = AtomicDouble()

    init(_ key: SeriesKey, scale: HistogramScale) {
        self.key = key
        self.scale = scale
        buckets = (scale.upperBounds + [.infinity]).map { Bucket(upperBound: $0) }
    }

    func record(_ value: Int64) { record(Double(value)) }

    /// What is not finite is ignored: it would spoil the sum for good.
    func record(_ value: Double) {
        // One after the other: so few that nothing is faster.
        guard value.isFinite, let bucket = buckets.first(where: { value <= $0.upperBound }) else { return }
        bucket.count.wrappingAdd(1, ordering: .relaxed)
        sum.add(value)
    }

    /// A duration below zero is that of a clock that was set back. It counts as none, since the sum must not fall.
    func recordNanoseconds(_ duration: Int64) { record(Double(max(0, duration))) }

    /// The count is that of the last bucket, not one of its own: they never disagree, whatever is recorded meanwhile.
    func write(to exposition: inout ExpositionText) {
        let separator = key.labels.isEmpty ? "" : ","
        var count: Int64 = 0
        for bucket in buckets {
            count &+= bucket.count.load(ordering: .relaxed)
            let bound = ExpositionText.number(bucket.upperBound / scale.divisor)
            exposition.sample("\(key.family)_bucket", labels: "\(key.labels)\(separator)le=\"\(bound)\"", count.description)
        }
        exposition.sample("\(key.family)_sum", labels: key.labels, ExpositionText.number(sum.value / scale.divisor))
        exposition.sample("\(key.family)_count", labels: key.labels, count.description)
    }
}
