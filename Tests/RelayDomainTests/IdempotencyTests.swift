import Testing

@testable import RelayDomain

@Suite("Idempotency keys in the books") struct IdempotencyTests {
    private func request(_ fixture: inout LedgerFixture, key: String = "k", body: UInt8 = 1, at time: Timestamp = LedgerFixture.start)
        -> AdmissionRequest
    {
        var request = fixture.request(at: time)
        request.idempotency = IdempotencyClaim(key: key, fingerprint: [UInt8](repeating: body, count: 32))
        return request
    }

    private func end(_ fixture: inout LedgerFixture, _ request: AdmissionRequest, _ outcome: HoldEnding.Outcome, _ answer: AnswerKeeping) {
        let ending = HoldEnding(
            request: request.request, account: fixture.account, outcome: outcome, facts: ExchangeFacts(), answer: answer,
            at: LedgerFixture.start)
        #expect(fixture.ledger.decide(.end(ending), in: &fixture.books).ended != nil)
    }

    private static let settled = HoldEnding.Outcome.settle(Usage(tokens: Tokens(input: 10, output: 5), source: .reported))

    @Test("While the first runs a repeat is refused; another body is refused as another request")
    func running() throws {
        var fixture = LedgerFixture(credits: Credits(10_000))
        _ = try fixture.admit(request(&fixture)).get()
        let wallet = fixture.wallet
        #expect(fixture.admit(request(&fixture)).error?.code == .requestInProgress)
        #expect(fixture.admit(request(&fixture, body: 2)).error?.code == .idempotencyKeyReused)
        #expect(fixture.wallet == wallet)
        #expect(throws: Never.self) { try fixture.admit(request(&fixture, key: "other")).get() }
    }

    @Test("After it settled the answer is given again: no rate, no charge, a receipt that names the first")
    func replay() throws {
        var fixture = LedgerFixture(credits: Credits(10_000))
        let first = request(&fixture)
        _ = try fixture.admit(first).get()
        end(&fixture, first, Self.settled, .sealed([1, 2, 3]))
        let wallet = fixture.wallet
        let second = request(&fixture)
        guard case .replayed(let replay) = fixture.ledger.decide(.admit(second), in: &fixture.books) else {
            Issue.record("not replayed")
            return
        }
        #expect(replay == Replay(original: first.request, answer: .init(account: fixture.account, key: "k"), available: Credits(9_985)))
        #expect(fixture.wallet == wallet)
        let receipt = try #require(fixture.books.receipts.last)
        #expect(receipt.replayedFrom == first.request && receipt.charged == .zero && receipt.state == .settled)
        #expect(receipt.hold.request == second.request && receipt.hold.idempotencyKey == "k" && receipt.hold.model == "gpt-5.2")
        #expect(fixture.books.usageChanges.values.map(\.requests) == [1])
        #expect(fixture.admit(request(&fixture, body: 2)).error?.code == .idempotencyKeyReused)
    }

    @Test("A failure frees the key, and so does an answer that was not whole", arguments: [HoldEnding.Outcome.void, .expire, settled])
    func freed(outcome: HoldEnding.Outcome) throws {
        var fixture = LedgerFixture(credits: Credits(10_000))
        let first = request(&fixture)
        _ = try fixture.admit(first).get()
        end(&fixture, first, outcome, .none)
        #expect(throws: Never.self) { try fixture.admit(request(&fixture, body: 2)).get() }
    }

    @Test("A voided request keeps no answer, whatever came with it")
    func voided() throws {
        var fixture = LedgerFixture(credits: Credits(10_000))
        let first = request(&fixture)
        _ = try fixture.admit(first).get()
        end(&fixture, first, .void, .sealed([1]))
        #expect(throws: Never.self) { try fixture.admit(request(&fixture)).get() }
    }

    @Test("An answer that was too large is never run again")
    func tooLarge() throws {
        var fixture = LedgerFixture(credits: Credits(10_000))
        let first = request(&fixture)
        _ = try fixture.admit(first).get()
        end(&fixture, first, Self.settled, .tooLarge)
        let refusal = try #require(fixture.admit(request(&fixture)).error)
        #expect(refusal.code == .responseNotStored && refusal.status == 409 && refusal.shouldRetry == false)
    }

    @Test("A key stands for a day, to the millisecond, and then for the next request")
    func expiry() throws {
        var fixture = LedgerFixture(credits: Credits(10_000))
        let first = request(&fixture)
        _ = try fixture.admit(first).get()
        end(&fixture, first, Self.settled, .sealed([1]))
        let day = LedgerFixture.start.adding(milliseconds: AnswerRecord.keptMilliseconds)
        let last = request(&fixture, at: day.adding(milliseconds: -1))
        guard case .replayed = fixture.ledger.decide(.admit(last), in: &fixture.books) else {
            Issue.record("not replayed")
            return
        }
        #expect(throws: Never.self) { try fixture.admit(request(&fixture, body: 2, at: day)).get() }
    }
}
