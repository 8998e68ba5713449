import AsyncHTTPClient
import CoreMetrics
import Logging
import RelayConsole
import RelayDomain
import RelayPayments

/// One network with endpoints: its scanner's eyes, and the bell that wakes it.
struct WatchedChain: Sendable {
    let settings: NetworkSettings
    let watch: ChainWatch
    private let bell: Bell

    init(
        _ settings: NetworkSettings, http: HTTPClient, now: @escaping @Sendable () -> Timestamp, metrics: any MetricsFactory, logger: Logger
    ) {
        self.settings = settings
        let bell = Bell()
        self.bell = bell
        let start = ContinuousClock.now
        let clock = ScanClock(
            now: now, uptime: { Int64((ContinuousClock.now - start) / .milliseconds(1)) }, sleep: { try await bell.sleep($0) },
            random: { .random(in: 0..<$0) })
        watch = ChainWatch(
            settings.watched, transports: Self.transports(settings, http), clock: clock, metrics: metrics, logger: logger)
    }

    private static func transports(_ settings: NetworkSettings, _ http: HTTPClient) -> [(name: String, transport: any RPCTransport)] {
        settings.endpoints.compactMap { EndpointLocation($0) }.enumerated().map { index, location in
            (location.name(index + 1), HTTPTransport(location, http: http))
        }
    }
}

extension WatchedChain: ChainView {
    func wake() { bell.ring() }

    func lookUp(_ transaction: String) async -> ChainWord {
        do {
            return switch try await watch.lookUp(transaction) {
            case .final(let transfers): .final(transfers)
            case .pending(let transfers, let confirmations): .pending(transfers, confirmations: confirmations)
            case .notFound: .notFound
            case .failed: .failed
            }
        } catch {
            return .unknown("\(error)")
        }
    }
}
