import Logging
import RelayDomain
import RelayStore
import ServiceLifecycle

/// Archives what is old enough at the start, and every hour. Nothing waits for it, and nothing that fails in it ends the relay.
struct RetentionService: Service, CustomStringConvertible {
    private static let interval = Duration.seconds(3_600)

    let retention: Retention
    let logger: Logger

    var description: String { "retention" }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await archive()
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    private func archive() async {
        do {
            for day in try await retention.run() {
                logger.notice(
                    "receipts were archived",
                    metadata: ["day": "\(Timestamp(day: day.day).dayText)", "file": "\(day.file)", "receipts": "\(day.receipts)"])
            }
        } catch is CancellationError {
            // The next start goes on.
        } catch {
            logger.error("receipts were not archived, and stay where they are", metadata: ["error": "\(error)"])
        }
    }
}
