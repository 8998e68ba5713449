import Logging
import RelayStore
import ServiceLifecycle

/// Seals what was posted, every second while there is something.
struct SealingService: Service {
    private static let pause = Duration.seconds(1)

    let sealer: JournalSealer
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var hasFailed = false
            while !Task.isCancelled {
                do {
                    _ = try await sealer.run()
                    hasFailed = false
                } catch {
                    // What waits goes on waiting; while the database fails, there is a line of the ledger's own about it.
                    if !hasFailed { logger.warning("the journal could not be sealed", metadata: ["error": "\(error)"]) }
                    hasFailed = true
                }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }
}
