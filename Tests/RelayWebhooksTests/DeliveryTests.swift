import RelayDomain
import RelayMetrics
import RelayStore
import RelayTestKit
import ServiceLifecycle
import Testing

@testable import RelayWebhooks

/// The service, with a book in memory.
@Suite struct DeliveryTests {
    /// Runs the service while a test looks on.
    private func running(_ delivery: WebhookDelivery, _ body: () async throws -> Void) async throws {
        let running = Task { try await delivery.run() }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        running.cancel()
        try await running.value
        try result.get()
    }

    @Test("an event is told, and written down as told")
    func delivered() async throws {
        let receiver = try await Receiver(Receiver.status(204))
        let book = MemoryBook()
        await book.add(1, url: receiver.url())
        let registry = PrometheusRegistry()
        try await running(Fixture.delivery(book, try Fixture.sender(), registry: registry)) {
            try await eventually("it is written down") { await book.results(of: 1) == [.delivered(status: 204)] }
        }
        #expect(receiver.requests.count == 1)
        #expect(receiver.requests.first?.header("webhook-id") == "acc_1:low:1")
        #expect(registry.text().contains(#"nexrelay_webhook_deliveries_total{outcome="delivered"} 1"#))
        #expect(registry.text().contains("nexrelay_webhook_delivery_seconds_count 1"))
        try await receiver.close()
    }

    @Test("what fails is told again when its time has come, with the same id and body and a new time")
    func again() async throws {
        let clock = ManualClock()
        let book = MemoryBook()
        await book.add(1, url: "https://example.com/")
        let sender = ScriptedSender { _ in .answered(status: 500) }
        let logs = LogLines()
        try await running(Fixture.delivery(book, sender, clock: clock, logs: logs)) {
            for attempt in 1...10 {
                try await eventually("attempt \(attempt)") { await book.results(of: 1).count == attempt }
                clock.move(milliseconds: 27 * 3_600_000)
            }
            try await eventually("it looks again") { clock.sleeps.count > 40 }
        }
        #expect(sender.sent.count == 10)
        #expect(Set(sender.sent.map(\.body)).count == 1)
        #expect(Set(sender.sent.map { $0.headers[4].value }) == ["acc_1:low:1"])
        #expect(Set(sender.sent.map { $0.headers[5].value }).count == 10)
        #expect(Set(sender.sent.map { $0.headers[6].value }).count == 10)
        let results = await book.results(of: 1)
        #expect(results.last == .failed(status: 500, error: "status 500"))
        #expect(results.dropLast().allSatisfy { if case .again = $0 { true } else { false } })
        #expect(logs.all.filter { $0.contains("not tried again") }.count == 1)
    }

    @Test("410 is written down as such")
    func gone() async throws {
        let book = MemoryBook()
        await book.add(1, url: "https://example.com/")
        try await running(Fixture.delivery(book, ScriptedSender { _ in .answered(status: 410) })) {
            try await eventually("it is written down") { await book.results(of: 1) == [.gone(status: 410)] }
        }
    }

    @Test("a slow receiver holds nobody else up, and no more are on the way than may be")
    func slow() async throws {
        let book = MemoryBook()
        for number in 1...200 as ClosedRange<UInt64> {
            // The first webhook never answers, and has two events; the others have one each.
            await book.add(number, webhook: number <= 2 ? 1 : number, url: "https://\(number <= 2 ? "slow" : "fast").example/")
        }
        let sender = ScriptedSender { message in
            if message.url.host == "slow.example" { return await ScriptedSender.hang() }
            await Task.yield()
            return .answered(status: 200)
        }
        try await running(Fixture.delivery(book, sender)) {
            try await eventually("all others are told") {
                for number in 3...200 as ClosedRange<UInt64> where await book.results(of: number).isEmpty { return false }
                return true
            }
        }
        #expect(sender.sent.filter { $0.url.host == "slow.example" }.count == 1)
        #expect(await book.results(of: 1).isEmpty)
        #expect(sender.sent.count == 199)
        #expect(sender.most <= DeliveryLimits.underway)
    }

    @Test("while all are on the way nothing more is claimed")
    func bound() async throws {
        let book = MemoryBook()
        for number in 1...100 as ClosedRange<UInt64> { await book.add(number, webhook: number, url: "https://slow.example/") }
        let (clock, sender) = (ManualClock(), ScriptedSender { _ in await ScriptedSender.hang() })
        try await running(Fixture.delivery(book, sender, clock: clock)) {
            try await eventually("as many as may be are on the way") { sender.now == DeliveryLimits.underway }
            let looks = clock.sleeps.count
            try await eventually("it looks again") { clock.sleeps.count > looks + 3 }
        }
        #expect(sender.sent.count == DeliveryLimits.underway)
        #expect(await book.rows.values.filter { $0.claim != nil }.count == DeliveryLimits.underway)
    }

    @Test("books that cannot be read are tried again, and told of once")
    func readFailures() async throws {
        let book = MemoryBook()
        await book.failReads(5)
        await book.add(1, url: "https://example.com/")
        let logs = LogLines()
        try await running(Fixture.delivery(book, ScriptedSender { _ in .answered(status: 200) }, logs: logs)) {
            try await eventually("it is told") { await book.results(of: 1) == [.delivered(status: 200)] }
        }
        #expect(logs.all.filter { $0.hasPrefix("warning") }.count == 1)
        #expect(logs.all.filter { $0.hasPrefix("notice") }.count == 1)
    }

    @Test("a result that cannot be written down is written down later, and the message is not sent again meanwhile")
    func recordFailures() async throws {
        let book = MemoryBook()
        await book.failRecords(3)
        await book.add(1, url: "https://example.com/")
        let sender = ScriptedSender { _ in .answered(status: 200) }
        try await running(Fixture.delivery(book, sender)) {
            try await eventually("it is written down") { await book.results(of: 1) == [.delivered(status: 200)] }
        }
        #expect(sender.sent.count == 1)
        #expect(await book.refusedRecords == 3)
    }

    @Test("a result whose claim has passed is given up, and the next claim tells it again")
    func passedClaim() async throws {
        let (clock, book) = (ManualClock(), MemoryBook())
        await book.failRecords(.max)
        await book.add(1, url: "https://example.com/")
        let sender = ScriptedSender { _ in .answered(status: 200) }
        try await running(Fixture.delivery(book, sender, clock: clock)) {
            try await eventually("a record fails") { await book.refusedRecords > 2 }
            clock.move(milliseconds: DeliveryLimits.claimMilliseconds)
            try await eventually("it is sent again") {
                clock.move(milliseconds: 1_000)
                return sender.sent.count >= 2
            }
            await book.failRecords(0)
            try await eventually("it is written down") { await !book.results(of: 1).isEmpty }
        }
        #expect(await book.results(of: 1).count == 1)
    }

    @Test("a URL that is not allowed any more, and a secret that cannot be opened, are faults that are written down; nothing is sent")
    func faults() async throws {
        let book = MemoryBook()
        await book.add(1, webhook: 1, url: "http://example.com/")
        await book.add(2, webhook: 2, url: "https://example.com/", secrets: [[1, 2, 3]])
        await book.add(3, webhook: 3, url: "https://example.com/", secrets: [Array(0..<32), [1, 2, 3]])
        await book.add(4, webhook: 4, url: "https://example.com/", secrets: [])
        let sender = ScriptedSender { _ in .answered(status: 200) }
        let delivery = Fixture.delivery(book, sender, allowsHTTP: false)
        try await running(delivery) {
            for (number, fault) in [(1, DeliveryFault.url), (2, .secret), (3, .secret), (4, .secret)] {
                try await eventually("\(number) is written down") {
                    guard case .again(_, nil, fault.rawValue)? = await book.results(of: UInt64(number)).first else { return false }
                    return true
                }
            }
        }
        #expect(sender.sent.isEmpty)
    }

    @Test("neither secrets nor what a receiver says nor URLs reach the books or the log")
    func silence() async throws {
        let book = MemoryBook()
        let receiver = try await Receiver(Receiver.status(500, headers: "x-a: top-secret\r\n", body: "top-secret"))
        await book.add(1, url: "http://127.0.0.1:\(receiver.port)/top-secret")
        let logs = LogLines()
        try await running(Fixture.delivery(book, try Fixture.sender(), logs: logs)) {
            try await eventually("it is written down") { await !book.results(of: 1).isEmpty }
        }
        let said = logs.all.joined() + "\(await book.results(of: 1))"
        for word in ["top-secret", Fixture.secret.text, "AAECAwQF"] { #expect(!said.contains(word), "\(word)") }
        try await receiver.close()
    }

    @Test("it sleeps till the next one is due, or a few seconds, and not at all while there is more")
    func pauses() async throws {
        let (clock, book) = (ManualClock(), MemoryBook())
        let sender = ScriptedSender { _ in .answered(status: 500) }
        let delivery = Fixture.delivery(book, sender, clock: clock)
        #expect(await delivery.look() == DeliveryLimits.longestPause)
        await book.add(1, url: "https://example.com/")
        #expect(await delivery.look() == .zero)
        try await eventually("it is written down") { await !book.results(of: 1).isEmpty }
        // Five seconds and a little: no longer than the longest.
        #expect(await delivery.look() == DeliveryLimits.longestPause)
        clock.move(milliseconds: 3_000)
        let wait = await delivery.look()
        #expect(wait >= .seconds(2) && wait <= .milliseconds(2_500))
        await book.failReads(1)
        #expect(await delivery.look() == DeliveryLimits.longestPause)
    }

    @Test("what is old is swept every hour")
    func sweeping() async throws {
        let (clock, book) = (ManualClock(), MemoryBook())
        let delivery = Fixture.delivery(book, ScriptedSender { _ in .answered(status: 200) }, clock: clock)
        for _ in 0..<3 { _ = await delivery.look() }
        #expect(await book.sweeps == [clock.now.adding(milliseconds: -30 * 86_400_000)])
        clock.move(milliseconds: 3_600_000)
        _ = await delivery.look()
        #expect(await book.sweeps.count == 2)
    }
}
