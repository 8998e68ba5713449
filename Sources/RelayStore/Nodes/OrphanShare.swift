import RelayDomain

/// The part of all orphaned holds that one of several nodes begins with. Nobody agrees on it: each node finds its own from the list of those
/// that live, and where two lists differ, a hold is ended by two nodes, of which one is first.
struct OrphanShare: Hashable {
    private let rank: UInt64
    private let count: UInt64

    /// - Parameter living: in one order on all nodes.
    /// - Returns: nil where there is nobody to share with.
    init?(of epoch: Int64, among living: [Int64]) {
        guard living.count > 1, let rank = living.firstIndex(of: epoch) else { return nil }
        self.rank = UInt64(rank)
        count = UInt64(living.count)
    }

    /// By the part of the id that is random.
    func contains(_ request: RequestID) -> Bool { request.low % count == rank }
}
