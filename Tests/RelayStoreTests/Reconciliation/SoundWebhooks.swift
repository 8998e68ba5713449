import RelayDomain
import RelayTestKit
import Synchronization

@testable import RelayStore

/// Webhooks of each wallet of ``SoundBooks`` and of the operator, with deliveries in every state.
enum SoundWebhooks {
    static func make(in fixture: StoreFixture) async throws {
        let at = StoreFixture.start
        let book = WebhookBook(writer: fixture.writer)
        for owner in SoundBooks.wallets.map({ StoreFixture.account($0) }) + [nil] {
            let id = WebhookID(high: 8, low: owner?.low ?? 0)
            _ = try await book.create(
                Webhook(id: id, account: owner, url: "https://example.com/\(id)", events: [], sealedSecret: [1, 2, 3], createdAt: at))
        }
        // The same ids each time, so that a seed finds the same rows.
        let numbers = MutexBox()
        let deliveries = WebhookDeliveries(reader: fixture.reader, writer: fixture.writer) { _ in
            DeliveryID(
                high: 9,
                low: UInt64(
                    numbers.value.withLock {
                        $0 += 1
                        return $0
                    }))
        }
        while try await deliveries.dispatch(at: at) {}
        let due = try await deliveries.claim(limit: 12, until: at.adding(milliseconds: 60_000), at: at)
        for (index, delivery) in due.enumerated() {
            switch index % 3 {
            case 0: try await deliveries.record(.delivered(status: 200), of: delivery, at: at)
            case 1: try await deliveries.record(.failed(status: 500, error: "no"), of: delivery, at: at)
            // It stays claimed.
            default: break
            }
        }
    }
}
