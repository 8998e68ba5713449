/// Calls, and failures among them, of the last while, in constant space.
///
/// Time is cut into slices, and a slice leaves as a whole: what is counted is between the window's length and one slice less.
struct OutcomeWindow: Hashable, Sendable {
    private static let sliceCount: Int64 = 6

    private struct Slice: Hashable {
        var number: Int64
        var calls: Int64 = 0
        var failures: Int64 = 0
    }

    private let sliceMilliseconds: Int64
    /// The oldest first.
    private var slices: [Slice] = []

    init(milliseconds: Int64) {
        sliceMilliseconds = max(1, milliseconds / Self.sliceCount)
    }

    mutating func count(isFailure: Bool, at now: Int64) {
        advance(to: now)
        let number = now / sliceMilliseconds
        if slices.last?.number != number { slices.append(Slice(number: number)) }
        slices[slices.count - 1].calls += 1
        if isFailure { slices[slices.count - 1].failures += 1 }
    }

    mutating func totals(at now: Int64) -> (calls: Int64, failures: Int64) {
        advance(to: now)
        return slices.reduce(into: (0, 0)) {
            $0.calls += $1.calls
            $0.failures += $1.failures
        }
    }

    private mutating func advance(to now: Int64) {
        let oldest = now / sliceMilliseconds - Self.sliceCount + 1
        let gone = slices.prefix { $0.number < oldest }.count
        if gone > 0 { slices.removeFirst(gone) }
    }
}
