import Testing

@testable import RelayDomain

@Suite struct AdmissionTests {
    @Test("A hold is the price of the input bound and of the output limit, and nothing else changes")
    func hold() throws {
        var fixture = LedgerFixture(credits: Credits(1_000))
        let request = fixture.request(input: 100, output: 200)
        let grant = try fixture.admit(request).get()
        #expect(grant.hold.credits == Credits(300))
        #expect(grant.hold.maxOutputTokens == 200)
        #expect(grant.available == Credits(700))
        #expect(fixture.wallet.posted == Credits(1_000))
        #expect(fixture.wallet.openHolds == 1)
        #expect(fixture.books.transfers.isEmpty)
    }

    @Test("A balance of exactly k holds admits k, and the next is refused with nothing changed")
    func exactBalance() throws {
        var fixture = LedgerFixture(credits: Credits(600))
        for _ in 0..<3 {
            let request = fixture.request(input: 100, output: 100)
            _ = try fixture.admit(request).get()
        }
        let before = fixture.wallet
        let request = fixture.request(input: 100, output: 100)
        let refusal = try #require(fixture.admit(request).error)
        #expect(refusal.code == .insufficientBalance && refusal.status == 402 && refusal.shouldRetry == false)
        #expect(refusal.creditsRemaining == .zero)
        #expect(fixture.wallet == before)
    }

    @Test("On a balance of k holds and a half, one more is admitted with its output cut to what is left")
    func halfHold() throws {
        var fixture = LedgerFixture(credits: Credits(350))
        let first = fixture.request(input: 100, output: 100)
        _ = try fixture.admit(first).get()
        let second = fixture.request(input: 100, output: 100)
        let grant = try fixture.admit(second).get()
        #expect(grant.hold.maxOutputTokens == 50)
        #expect(grant.available == .zero)
    }

    @Test("The output limit is the least of what was asked, the plan's, the key's and the affordable one, divided among the choices")
    func outputLimit() throws {
        func limit(_ credits: Int64, plan: String = "pro", key: Int64? = nil, asked: Int64?, choices: Int64 = 1) throws -> Int64 {
            var fixture = LedgerFixture(credits: Credits(credits), plan: plan, policy: KeyPolicy(maxOutputTokens: key))
            let request = fixture.request(input: 0, output: asked, choices: choices)
            let hold = try fixture.admit(request).get().hold
            #expect(hold.tokens.output == hold.maxOutputTokens * choices)
            return hold.maxOutputTokens
        }
        #expect(try limit(1_000_000, asked: nil) == 4_000)
        #expect(try limit(1_000_000, plan: "starter", asked: 5_000) == 1_000)
        #expect(try limit(1_000_000, plan: "business", asked: nil) == 8_000)
        #expect(try limit(1_000_000, asked: 17) == 17)
        #expect(try limit(1_000_000, key: 33, asked: 100) == 33)
        #expect(try limit(500, asked: nil) == 500)
        #expect(try limit(1_000_000, asked: nil, choices: 3) == 1_333)
        #expect(try limit(1_000_000, asked: 100, choices: 3) == 100)
        #expect(try limit(10, asked: 100, choices: 3) == 3)
    }

    @Test("A call without output is admitted where its input just fits, and refused where a token is missing", arguments: [1, 2, 128])
    func inputAlone(choices: Int64) throws {
        let plan = try #require(Catalogue.builtInPlans.first { $0.id == "pro" })
        func refusal(credits: Int64 = 1_000, missing: Int64, _ prepare: (inout Wallet) -> Void) -> Refusal.Code? {
            var fixture = LedgerFixture(credits: Credits(credits - missing), plan: plan.id)
            var wallet = fixture.wallet
            prepare(&wallet)
            fixture.books.wallets.update(fixture.account, wallet)
            var request = fixture.request(input: 100, output: nil, choices: choices)
            request.leastOutputTokens = 0
            switch fixture.admit(request) {
            case .success(let grant):
                #expect(grant.hold.tokens == Tokens(input: 100) && grant.hold.maxOutputTokens == 0)
                return nil
            case .failure(let refusal):
                #expect(fixture.wallet == wallet && fixture.books.openedHolds.isEmpty)
                return refusal.code
            }
        }
        for (missing, isRefused) in [(0, false), (1, true)] as [(Int64, Bool)] {
            #expect(refusal(credits: 100, missing: missing) { _ in } == (isRefused ? .insufficientBalance : nil))
            let input = refusal(missing: 0) { $0.used.input = plan.allowances.input - 100 + missing }
            #expect(input == (isRefused ? .inputAllowanceExhausted : nil))
            // Nothing is left for output, which none is asked of.
            let cap = refusal(missing: 0) { $0.used.cachedRead = plan.capTokens - 100 + missing }
            #expect(cap == (isRefused ? .monthlyCapReached : nil))
        }
    }

    @Test("Who may not, is told why: key, account, plan, model, policy")
    func refusals() throws {
        func refusal(_ prepare: (inout LedgerFixture) -> AdmissionRequest) throws -> Refusal {
            var fixture = LedgerFixture(
                credits: Credits(1_000), policy: KeyPolicy(models: ["gpt-5.2"], expiresAt: LedgerFixture.start.adding(milliseconds: 1)))
            let request = prepare(&fixture)
            let before = fixture.wallet
            let refusal = try #require(fixture.admit(request).error)
            #expect(fixture.wallet == before)
            #expect(fixture.books.openedHolds.isEmpty && fixture.books.transfers.isEmpty)
            return refusal
        }
        #expect(try refusal { $0.request(hash: KeyHash(bytes: [UInt8](repeating: 9, count: 32))) }.code == .invalidAPIKey)
        #expect(try refusal { $0.request(at: LedgerFixture.start.adding(milliseconds: 1)) }.code == .invalidAPIKey)
        #expect(
            try refusal {
                _ = $0.ledger.decide(.revokeKey($0.account, $0.key.id, at: LedgerFixture.start), in: &$0.books)
                return $0.request()
            }.code == .invalidAPIKey)
        #expect(
            try refusal {
                _ = $0.ledger.decide(.suspend($0.account, because: "abuse"), in: &$0.books)
                return $0.request()
            }.code == .accountSuspended)
        #expect(try refusal { $0.request(model: .named("gpt-1")) }.code == .modelNotFound)
        #expect(try refusal { $0.request(model: .named("gpt-5.3")) }.code == .modelNotAllowed)
        var unplanned = LedgerFixture(credits: Credits(1_000), plan: nil)
        let request = unplanned.request()
        #expect(unplanned.admit(request).error?.status == 402)
    }

    @Test("An unnamed model is the first of the plan's route that is served and allowed; a named one is never swapped")
    func routes() throws {
        func model(_ request: ModelRequest, plan: String, policy: KeyPolicy = KeyPolicy(), served: Set<String>) -> String? {
            var fixture = LedgerFixture(credits: Credits(100_000), plan: plan, policy: policy, served: served)
            let admission = fixture.request(model: request)
            return try? fixture.admit(admission).get().hold.model
        }
        let all: Set = ["gpt-5.2", "gpt-5.3", "gpt-5.4", "gpt-5.5"]
        #expect(model(.automatic(isNamed: false), plan: "starter", served: all) == "gpt-5.2")
        #expect(model(.automatic(isNamed: true), plan: "pro", served: all) == "gpt-5.3")
        #expect(model(.automatic(isNamed: true), plan: "business", served: all) == "gpt-5.4")
        #expect(model(.automatic(isNamed: true), plan: "business", served: ["gpt-5.2"]) == "gpt-5.2")
        #expect(model(.automatic(isNamed: true), plan: "business", policy: KeyPolicy(models: ["gpt-5.3"]), served: all) == "gpt-5.3")
        #expect(model(.named("gpt-5.4"), plan: "starter", served: ["gpt-5.2"]) == nil)
        #expect(model(.fallback(["gpt-5.5", "gpt-5.2"]), plan: "pro", served: ["gpt-5.2"]) == "gpt-5.2")
    }

    @Test("A request id that was used is not used again")
    func repeatedRequest() throws {
        var fixture = LedgerFixture(credits: Credits(1_000))
        let request = fixture.request()
        _ = try fixture.admit(request).get()
        #expect(fixture.admit(request).error?.code == .conflict)
        _ = fixture.end(request.request, .void)
        #expect(fixture.admit(request).error?.code == .conflict)
    }
}
