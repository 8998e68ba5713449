import Testing

@testable import RelayDomain

@Suite("The guard") struct GuardTests {
    private static let settings: GuardSettings = {
        var settings = GuardSettings()
        settings.windowMilliseconds = 60_000
        settings.retries = 10
        settings.refusals = 20
        settings.clientFaults = 10
        settings.disconnects = 5
        return settings
    }()
    private static let account = AccountID(high: 1, low: 1)

    private func observation(
        _ end: TrafficObservation.End = .answered, retry: Bool = false, disconnect: Bool = false, body: UInt64 = 0
    ) -> TrafficObservation {
        TrafficObservation(end: end, isDeclaredRetry: retry, isDisconnect: disconnect, body: body)
    }

    /// - Returns: after how many of the requests something was found, and what.
    private func first(
        _ settings: GuardSettings = settings, step: Int64 = 10, upTo limit: Int = 200, _ make: (Int) -> TrafficObservation
    ) -> (Int, Review.Reason)? {
        var traffic = TrafficGuard(settings)
        for number in 1...limit {
            if let verdict = traffic.observe(make(number), of: Self.account, at: Int64(number) * step) { return (number, verdict.reason) }
        }
        return nil
    }

    @Test("Each kind of abnormal traffic is found at its threshold, not before")
    func thresholds() {
        #expect(first { _ in observation(retry: true) }! == (10, .retries))
        #expect(first { observation(.refused, body: UInt64($0)) }! == (20, .refusals))
        #expect(first { observation(.clientFault, body: UInt64($0)) }! == (10, .clientFaults))
        #expect(first { observation(disconnect: true, body: UInt64($0)) }! == (5, .disconnects))
    }

    @Test("A body that is sent again within a minute after it was refused is a retry; after an answer it is not")
    func repeats() {
        // The first is none.
        #expect(first { _ in observation(.refused, body: 7) }! == (11, .retries))
        #expect(first { _ in observation(.answered, body: 7) } == nil)
        #expect(first(step: 61_000) { _ in observation(.refused, body: 7) } == nil)
    }

    @Test("Where the operator says so, bodies that are sent again and again count whatever became of them, but for faults of the relay")
    func allRepeats() {
        var settings = Self.settings
        settings.repeats = 15
        #expect(first(settings) { _ in observation(.answered, body: 7) }! == (16, .repeats))
        #expect(first(settings, upTo: 1_000) { observation(.answered, body: UInt64($0)) } == nil)
        #expect(first(settings, step: 61_000) { _ in observation(.answered, body: 7) } == nil)
        #expect(first(settings, upTo: 1_000) { _ in observation(.relayFault, body: 7) } == nil)
        // Bodies that failed are remembered for longer than those that succeeded.
        settings.percent = 1
        let found = first(settings, step: 1, upTo: 2_000) { number in
            number % 80 == 0 ? observation(.refused, body: 7) : observation(.answered, body: UInt64(number))
        }
        #expect(found! == (880, .retries))
    }

    @Test("A small part of much traffic is not abnormal")
    func ratio() {
        #expect(first(upTo: 1_000) { observation(retry: $0 % 3 == 0, body: UInt64($0)) } == nil)
    }

    @Test("The relay's own faults are held against nobody, nor are the retries that follow from them")
    func relayFaults() {
        #expect(first(upTo: 1_000) { observation(.relayFault, retry: $0 > 1, body: 7) } == nil)
        // Every second request is a retry that an upstream's fault explains.
        #expect(first(upTo: 1_000) { observation($0 % 2 == 1 ? .relayFault : .answered, retry: $0 % 2 == 0, body: UInt64($0)) } == nil)
    }

    @Test("Only the window counts, and what is found once needs new evidence to be found again")
    func window() {
        #expect(first(step: 7_000) { _ in observation(retry: true) } == nil)
        var traffic = TrafficGuard(Self.settings)
        let verdicts = (1...35).filter { traffic.observe(observation(retry: true), of: Self.account, at: Int64($0)) != nil }
        #expect(verdicts == [10, 20, 30])
    }

    @Test("The guard's memory is bounded, whoever comes")
    func bounded() {
        var traffic = TrafficGuard(Self.settings)
        for number in 0..<UInt64(TrafficGuard.walletLimit * 3) {
            _ = traffic.observe(observation(), of: AccountID(high: 1, low: number), at: Int64(number))
        }
        #expect(
            Mirror(reflecting: traffic).children.contains {
                ($0.value as? [AccountID: TrafficWindow])?.count ?? .max <= TrafficGuard.walletLimit
            })
    }

    // MARK: In the books

    private static let throttle = Finding.Throttle(milliseconds: 60_000, strikes: 3, strikeMilliseconds: 3_600_000)

    private func find(_ fixture: inout LedgerFixture, at time: Timestamp, id: UInt64 = 1) {
        let finding = Finding(
            review: ReviewID(high: 9, low: id), account: fixture.account, reason: .retries, summary: "many",
            request: RequestID(high: 0, low: id),
            throttle: Self.throttle, at: time)
        #expect(fixture.ledger.decide(.find(finding), in: &fixture.books).wallet != nil)
    }

    @Test("A throttle refuses for its time, and opens one review item; the third in a row stays until the operator decides")
    func throttles() throws {
        var fixture = LedgerFixture(credits: Credits(10_000))
        var now = LedgerFixture.start
        for strike in 1...3 as ClosedRange<UInt64> {
            find(&fixture, at: now, id: strike)
            let wallet = fixture.wallet
            let refusal = try #require(fixture.admit(fixture.request(at: now.adding(milliseconds: 1))).error)
            #expect(refusal.code == .throttled && refusal.status == 429)
            #expect(refusal.retryAfterSeconds == (strike < 3 ? 60 : 3_600))
            #expect(fixture.wallet == wallet)
            // What is found while it is throttled is no further strike.
            find(&fixture, at: now.adding(milliseconds: 2), id: 100 + strike)
            now = now.adding(milliseconds: 60_000)
            let next = fixture.admit(fixture.request(at: now))
            #expect((next.error?.code == .throttled) == (strike == 3))
        }
        #expect(fixture.books.changedReviews == [ReviewID(high: 9, low: 1)])
        let review = try #require(fixture.books.review(ReviewID(high: 9, low: 1)))
        #expect(review.count == 6 && review.state == .open && review.requests.count == 6)
        let resolution = Resolution(review: review.id, account: fixture.account, action: .dismiss, note: "a test", at: now)
        guard case .review(let resolved) = fixture.ledger.decide(.resolve(resolution), in: &fixture.books) else {
            Issue.record("not resolved")
            return
        }
        #expect(resolved.state == .dismissed && resolved.note == "a test")
        #expect(throws: Never.self) { try fixture.admit(fixture.request(at: now)).get() }
        // The same decision again changes nothing; another one is refused.
        guard case .review = fixture.ledger.decide(.resolve(resolution), in: &fixture.books) else {
            Issue.record("not the same")
            return
        }
        let other = Resolution(review: review.id, account: fixture.account, action: .suspend, note: "b", at: now)
        #expect(fixture.ledger.decide(.resolve(other), in: &fixture.books).refusal?.code == .conflict)
    }

    @Test("The operator's other decisions: throttled for good, or suspended", arguments: Review.Action.allCases)
    func decisions(action: Review.Action) throws {
        var fixture = LedgerFixture(credits: Credits(10_000))
        find(&fixture, at: LedgerFixture.start)
        let resolution = Resolution(
            review: ReviewID(high: 9, low: 1), account: fixture.account, action: action, note: "because", at: LedgerFixture.start)
        _ = fixture.ledger.decide(.resolve(resolution), in: &fixture.books)
        let later = LedgerFixture.start.adding(milliseconds: 3_000_000)
        let code = fixture.admit(fixture.request(at: later)).error?.code
        #expect(code == (action == .dismiss ? nil : action == .throttle ? .throttled : .accountSuspended))
        // Whatever was decided can be taken back.
        let undone = Resolution(
            review: ReviewID(high: 9, low: 1), account: fixture.account, action: .dismiss, note: "after all", at: later)
        _ = fixture.ledger.decide(.resolve(undone), in: &fixture.books)
        _ = fixture.ledger.decide(.suspend(fixture.account, because: nil), in: &fixture.books)
        #expect(throws: Never.self) { try fixture.admit(fixture.request(at: later)).get() }
    }

    @Test("An answer whose usage was not reported is listed, once for an account, with its latest requests")
    func unreported() throws {
        var fixture = LedgerFixture(credits: Credits(100_000))
        for _ in 0..<12 {
            let request = fixture.request()
            _ = try fixture.admit(request).get()
            _ = fixture.end(request.request, .settle(Usage(tokens: Tokens(input: 3, output: 2), source: .estimated)))
        }
        #expect(fixture.books.changedReviews.count == 1)
        let review = try #require(fixture.books.changedReviews.first.flatMap { fixture.books.review($0) })
        #expect(review.reason == .unreportedUsage && review.count == 12 && review.requests.count == Review.requestLimit)
        #expect(review.requests.first == RequestID(high: 0, low: 12))
        let reported = fixture.request()
        _ = try fixture.admit(reported).get()
        _ = fixture.end(reported.request, .settle(Usage(tokens: Tokens(input: 3, output: 2), source: .reported)))
        #expect(fixture.books.review(review.id)?.count == 12)
    }
}
