/// Compares two lists of ids that are too long to keep, by sums: each id falls into one of many buckets, and counts there.
///
/// The hash is keyed anew in every process, so that nobody can find ids that cancel each other out.
struct SealCoverage {
    private static let bucketCount = 1 << 16
    /// Buckets that are looked into: enough for every finding that is listed.
    private static let openedBuckets = 4 * Reconciliation.findingLimit

    private var sums = [UInt64](repeating: 0, count: bucketCount)

    mutating func add(_ id: String) {
        let (bucket, hash) = Self.place(id)
        sums[bucket] &+= hash
    }

    mutating func remove(_ id: String) {
        let (bucket, hash) = Self.place(id)
        sums[bucket] &-= hash
    }

    /// The buckets whose ids are not the same on both sides, as far as they are looked into.
    var unequalBuckets: Set<Int> { Set(sums.indices.lazy.filter { [sums] in sums[$0] != 0 }.prefix(Self.openedBuckets)) }

    static func bucket(of id: String) -> Int { place(id).bucket }

    private static func place(_ id: String) -> (bucket: Int, hash: UInt64) {
        var hasher = Hasher()
        hasher.combine(id)
        let hash = UInt64(bitPattern: Int64(hasher.finalize()))
        // An odd number is never zero.
        return (Int(hash >> 48), hash | 1)
    }
}
