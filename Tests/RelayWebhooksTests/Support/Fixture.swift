import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import RelayDomain
import RelayMetrics
import RelayStore
import RelayTestKit
import RelayWebhooks

/// What the tests of this target share.
enum Fixture {
    static let secret = WebhookSecret(bytes: Array(0..<32))!
    static let at = Timestamp(milliseconds: 1_795_514_400_000)
    static let event = "rch_00000000000000000000000001:credited"
    static let body =
        #"{"type":"recharge.credited","timestamp":"2026-11-24T10:00:00Z","data":{"id":"rch_00000000000000000000000001","credits":9000000}}"#

    static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let python = project.appending(path: ".venv/bin/python").path

    static func message(_ url: String, secrets: [WebhookSecret] = [secret], at: Timestamp = at) throws -> SignedMessage {
        SignedMessage(
            url: try WebhookURL(url, allowsHTTP: true), secrets: secrets, id: event, body: body, at: at, version: "1.2.3")
    }

    /// - Parameter resolver: nil asks the system.
    static func sender(
        _ rule: AddressRule = .any, resolver: (any HostResolver)? = nil, trust: NIOSSLTrustRoots? = nil, milliseconds: Int64? = nil
    ) throws -> HTTPSender {
        var limits = HTTPSender.Limits()
        // A test that waits for nothing must not end by time, however slow the machine is.
        limits.attemptMilliseconds = milliseconds ?? 300_000
        limits.connectMilliseconds = 60_000
        return try HTTPSender(
            group: MultiThreadedEventLoopGroup.singleton, resolver: resolver ?? SystemResolver(threads: .singleton), rule: rule,
            trust: trust, limits: limits)
    }

    static func delivery(
        _ book: MemoryBook, _ sender: any DeliverySender, clock: ManualClock = ManualClock(), allowsHTTP: Bool = true,
        registry: PrometheusRegistry = PrometheusRegistry(), logs: LogLines = LogLines()
    ) -> WebhookDelivery {
        WebhookDelivery(
            book: book, sender: sender, open: { sealed, _ in sealed }, allowsHTTP: allowsHTTP, version: "1.2.3",
            clock: clock.deliveryClock, metrics: registry, logger: logs.logger)
    }
}
