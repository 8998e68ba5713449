/// A choice among upstreams of one priority, in proportion to their weights.
public enum WeightedChoice {
    /// - Parameters:
    ///   - weights: each at least 1.
    ///   - ticket: any number; evenly spread tickets choose in proportion.
    /// - Returns: the index of the weight that the ticket falls on; nil where there are none.
    public static func index(of weights: some Collection<Int>, ticket: UInt64) -> Int? {
        let total = weights.reduce(0) { $0 + UInt64($1) }
        guard total > 0 else { return nil }
        var rest = ticket % total
        for (index, weight) in weights.enumerated() {
            if rest < UInt64(weight) { return index }
            rest -= UInt64(weight)
        }
        return nil
    }
}
