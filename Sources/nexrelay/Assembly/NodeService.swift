import Logging
import RelayDomain
import RelayStore
import ServiceLifecycle

/// Looks, again and again, for nodes that are gone and for how far the shared clock is.
struct NodeService: Service {
    /// A difference of clocks that is worth a line in the log.
    private static let notableMilliseconds: Int64 = 1_000

    let census: NodeCensus
    let clock: NodeClock
    let pause: Duration
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await look()
                try? await Task.sleep(for: pause)
            }
        }
    }

    /// A look that fails is followed by another: while the database cannot be reached, nobody can be taken for gone.
    private func look() async {
        do {
            try await correctClock()
            let (buried, expired) = try await census.run()
            for epoch in buried { logger.warning("a node is gone", metadata: ["epoch": "\(epoch)"]) }
            if expired > 0 { logger.warning("holds of nodes that are gone have expired, uncharged", metadata: ["holds": "\(expired)"]) }
        } catch {
            logger.debug("the nodes could not be looked at", metadata: ["error": "\(error)"])
        }
    }

    func correctClock() async throws {
        let change = try await census.clockOffsetMilliseconds()
        let offset = clock.adjust(by: change)
        if abs(change) >= Self.notableMilliseconds {
            logger.warning("this machine's clock is not the database's, which counts", metadata: ["milliseconds": "\(offset)"])
        }
    }
}
