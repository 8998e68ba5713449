/// The bounds of a histogram's buckets, and the unit in which it is rendered.
struct HistogramScale: Sendable {
    /// In the unit that is recorded, ascending. A bucket takes its bound in.
    let upperBounds: [Double]
    /// What is recorded, divided by this, is what is rendered.
    let divisor: Double

    /// Sizes of batches and queues: powers of two up to 1,024.
    static let values = HistogramScale(upperBounds: (0...10).map { Double(1 << $0) }, divisor: 1)

    /// Recorded in nanoseconds, rendered in seconds. From a commit of the ledger to a long answer of a slow model.
    static let durations = HistogramScale(
        upperBounds: [0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 120_000]
            .map { (milliseconds: Double) in milliseconds * 1_000_000 },
        divisor: 1_000_000_000)
}
