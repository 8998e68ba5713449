import CoreMetrics

/// A value that goes up and down: a meter, or a recorder that keeps only what was recorded last.
final class GaugeSeries: Series, MeterHandler, RecorderHandler {
    let key: SeriesKey
    private let value = AtomicDouble()

    init(_ key: SeriesKey) { self.key = key }

    func set(_ value: Int64) { self.value.set(Double(value)) }
    func set(_ value: Double) { self.value.set(value) }
    func record(_ value: Int64) { set(value) }
    func record(_ value: Double) { set(value) }
    func increment(by amount: Double) { add(amount) }
    func decrement(by amount: Double) { add(-amount) }

    func write(to exposition: inout ExpositionText) {
        exposition.sample(key.family, labels: key.labels, ExpositionText.number(value.value))
    }

    /// What is not finite is ignored: no later step could bring the value back from it.
    private func add(_ amount: Double) {
        if amount.isFinite { value.add(amount) }
    }
}
