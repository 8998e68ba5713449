import RelayDomain
import RelayWebhooks
import Testing

@testable import RelayStore
@testable import nexrelay

/// The program's own parts together: its settings, its keyring, its resolver, its clock.
@Suite struct WebhooksTests {
    private static let webhook = WebhookID(high: 1, low: 2)
    private let keyring = Keyring(key: Array(0..<32))

    /// What is written down of one delivery to a port of the loopback on which nobody listens.
    private func result(_ settings: WebhookSettings, url: String = "http://127.0.0.1:1/", sealed: [UInt8]? = nil) async throws -> String? {
        var random = SystemRandomNumberGenerator()
        let sealed = sealed ?? keyring.seal(WebhookSecret(random: &random), of: Self.webhook)
        let book = OneDelivery(
            DueDelivery(
                id: DeliveryID(high: 1, low: 1), webhook: Self.webhook, url: url, sealedSecrets: [sealed], event: "acc_1:low:1", body: "{}",
                attempt: 1, claim: 1))
        let webhooks = Webhooks(settings, keyring: keyring, now: SystemClock.now, metrics: ProgramMetrics().registry)
        defer { webhooks.close() }
        let service = try webhooks.webhooks(book: book)
        let running = Task { try await service.run() }
        let result = await book.results.first { _ in true }
        running.cancel()
        try await running.value
        guard case .again(_, nil, let error) = result else { return nil }
        return error
    }

    @Test("by default neither http nor an address that is not public is sent to")
    func defaults() async throws {
        #expect(try await result(WebhookSettings()) == DeliveryFault.url.rawValue)
        #expect(try await result(WebhookSettings(), url: "https://127.0.0.1:1/") == DeliveryFault.address.rawValue)
        #expect(try await result(WebhookSettings(), url: "https://localhost:1/") == DeliveryFault.address.rawValue)
        #expect(try await result(WebhookSettings(allowsHTTP: true)) == DeliveryFault.address.rawValue)
        #expect(try await result(WebhookSettings(allowsPrivateAddresses: true)) == DeliveryFault.url.rawValue)
    }

    @Test("both are where the settings allow them")
    func allowed() async throws {
        let settings = WebhookSettings(allowsHTTP: true, allowsPrivateAddresses: true)
        #expect(try await result(settings) == DeliveryFault.connection.rawValue)
    }

    @Test("a secret that was sealed under another key sends nothing")
    func otherKey() async throws {
        var random = SystemRandomNumberGenerator()
        let sealed = Keyring(key: Array(1..<33)).seal(WebhookSecret(random: &random), of: Self.webhook)
        let settings = WebhookSettings(allowsHTTP: true, allowsPrivateAddresses: true)
        #expect(try await result(settings, sealed: sealed) == DeliveryFault.secret.rawValue)
    }
}

/// A book with one delivery, which is claimed once.
private actor OneDelivery: DeliveryBook {
    nonisolated let results: AsyncStream<DeliveryResult>
    private let recorded: AsyncStream<DeliveryResult>.Continuation
    private var due: [DueDelivery]

    init(_ delivery: DueDelivery) {
        due = [delivery]
        (results, recorded) = AsyncStream.makeStream()
    }

    func dispatch(at: Timestamp) -> Bool { false }

    func claim(limit: Int, until: Timestamp, at: Timestamp) -> [DueDelivery] {
        defer { due = [] }
        return due
    }

    func record(_ result: DeliveryResult, of delivery: DueDelivery, at: Timestamp) { recorded.yield(result) }
    func nextDue() -> Timestamp? { nil }
    func sweep(before: Timestamp) {}
}
