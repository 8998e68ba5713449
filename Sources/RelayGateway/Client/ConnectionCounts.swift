import RelayDomain
import Synchronization

/// How many connections each address has open, over all event loops.
final class ConnectionCounts: Sendable {
    private let limit: Int
    private let counts = Mutex<[NetworkAddress: Int]>([:])

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes a place for a connection.
    /// - Returns: false where the address has as many as it may. Then no place was taken.
    func open(_ address: NetworkAddress) -> Bool {
        counts.withLock { counts in
            let count = counts[address, default: 0]
            guard count < limit else { return false }
            counts[address] = count + 1
            return true
        }
    }

    func close(_ address: NetworkAddress) {
        counts.withLock { counts in
            let count = counts[address, default: 1] - 1
            counts[address] = count > 0 ? count : nil
        }
    }
}
