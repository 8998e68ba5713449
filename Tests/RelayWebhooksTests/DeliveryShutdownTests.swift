import RelayStore
import RelayTestKit
import ServiceLifecycle
import Testing

@testable import RelayWebhooks

@Suite struct DeliveryShutdownTests {
    /// Runs the service in a group, has it stopped gracefully when `isReady`, and waits for its end.
    private func stop(_ delivery: WebhookDelivery, when isReady: () async -> Bool, then: () async -> Void = {}) async throws {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: delivery, successTerminationBehavior: .gracefullyShutdownGroup)], logger: LogLines().logger))
        let running = Task { try await group.run() }
        try await eventually("it is on the way", isReady)
        await group.triggerGracefulShutdown()
        await then()
        try await running.value
    }

    @Test("what is on the way when a stop is asked for is finished and written down before the service ends")
    func finishes() async throws {
        let book = MemoryBook()
        await book.add(1, url: "https://example.com/")
        let (answers, answer) = AsyncStream<Void>.makeStream()
        let sender = ScriptedSender { _ in
            for await _ in answers { break }
            return Task.isCancelled ? .failed(.stopped) : .answered(status: 200)
        }
        try await stop(Fixture.delivery(book, sender)) {
            sender.now == 1
        } then: {
            // Time enough for a service that does not wait to end.
            try? await Task.sleep(for: .milliseconds(200))
            answer.yield()
        }
        #expect(await book.results(of: 1) == [.delivered(status: 200)])
    }

    @Test("what hangs is given up: its claim stays till it passes, and counts no attempt")
    func givesUp() async throws {
        let receiver = try await Receiver(.says(""))
        let book = MemoryBook()
        await book.add(1, url: receiver.url())
        try await stop(Fixture.delivery(book, try Fixture.sender())) { receiver.requests.count == 1 }
        #expect(await book.results(of: 1).isEmpty)
        #expect(await book.isClaimed(1))
        try await eventually("the connection ends") { receiver.connections == (1, 1) }
        // Another node's turn, when the claim has passed.
        let clock = ManualClock()
        clock.move(milliseconds: DeliveryLimits.claimMilliseconds)
        let other = ScriptedSender { _ in .answered(status: 200) }
        try await stop(Fixture.delivery(book, other, clock: clock)) { await book.results(of: 1) == [.delivered(status: 200)] }
        #expect(other.sent.first?.headers[4].value == receiver.requests.first?.header("webhook-id"))
        try await receiver.close()
    }

    @Test("a service that nothing is on the way from ends at once")
    func idle() async throws {
        let book = MemoryBook()
        let delivery = Fixture.delivery(book, ScriptedSender { _ in .answered(status: 200) })
        try await stop(delivery) { await !book.sweeps.isEmpty }
    }
}
