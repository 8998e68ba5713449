import Logging
import Synchronization

/// The transactions that could not be read whole, and the alarm about each.
///
/// Anybody can write a transaction whose receipt is larger than any endpoint gives, with a payment to us in it, for a few dollars. It must
/// not stop the scan, and is not read in another way later either: what was put before the operator must not come once more by itself.
final class Doubts: Sendable {
    /// Blocks after which a transaction is forgotten. Nobody looks back as far.
    private static let memory: Int64 = 1_000

    private let metrics: ChainMetrics
    private let logger: Logger
    private let blocks = Mutex<[String: Int64]>([:])

    init(metrics: ChainMetrics, logger: Logger) {
        self.metrics = metrics
        self.logger = logger
    }

    func contains(_ transaction: String) -> Bool { blocks.withLock { $0[transaction] != nil } }

    /// Calls somebody, once for each transaction.
    func add(_ place: TransactionPlace, _ why: String) {
        let isNew = blocks.withLock { blocks in
            blocks = blocks.filter { $0.value > place.block - Self.memory }
            return blocks.updateValue(place.block, forKey: place.transaction) == nil
        }
        guard isNew else { return }
        metrics.doubted()
        logger.critical(
            "a transaction could not be read and nothing of it is credited: somebody has to look",
            metadata: ["transaction": "\(place.transaction)", "block": "\(place.block)", "reason": "\(why)"])
    }
}
