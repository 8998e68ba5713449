import Synchronization

/// A double that many threads may change at once. It starts at zero.
struct AtomicDouble: ~Copyable, Sendable {
    private let bits = Atomic<UInt64>(Double.zero.bitPattern)

    var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    func add(_ amount: Double) {
        var seen = bits.load(ordering: .relaxed)
        while true {
            let sum = Double(bitPattern: seen) + amount
            let (isDone, current) = bits.weakCompareExchange(expected: seen, desired: sum.bitPattern, ordering: .relaxed)
            if isDone { return }
            seen = current
        }
    }
}
