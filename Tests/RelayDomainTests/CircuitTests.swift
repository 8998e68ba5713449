import RelayDomain
import RelayTestKit
import Testing

@Suite struct CircuitTests {
    private static let settings: CircuitSettings = {
        var settings = CircuitSettings()
        settings.failures = 3
        settings.calls = 10
        settings.openMilliseconds = 1_000
        settings.openLimitMilliseconds = 5_000
        settings.windowMilliseconds = 6_000
        return settings
    }()

    private func call(_ circuit: inout Circuit, _ result: Circuit.Result, at now: Int64) {
        guard let permit = circuit.permit(at: now) else {
            Issue.record("no call is permitted at \(now)")
            return
        }
        circuit.record(result, of: permit, at: now)
    }

    @Test("Failures in a row open it; one success between them does not count as one")
    func consecutive() {
        var circuit = Circuit(Self.settings)
        for result in [.failure, .failure, .success, .failure, .failure] as [Circuit.Result] { call(&circuit, result, at: 0) }
        #expect(circuit.isClosed)
        call(&circuit, .failure, at: 100)
        #expect(circuit.state == .open(until: 1_100, .failures))
        #expect(circuit.permit(at: 1_099) == nil)
        #expect(circuit.wait(at: 600) == 500)
    }

    @Test("A failing part of the window opens it, once there are enough calls in it, and only calls of the window count")
    func ratio() {
        var settings = Self.settings
        settings.failures = 1_000
        var circuit = Circuit(settings)
        for turn in 0..<4 {
            call(&circuit, .success, at: 0)
            call(&circuit, .failure, at: Int64(turn))
        }
        // Eight calls, half of them failed: too few to tell.
        #expect(circuit.isClosed)
        // They have left the window.
        call(&circuit, .failure, at: 10_000)
        call(&circuit, .failure, at: 10_000)
        #expect(circuit.isClosed)
        for _ in 0..<7 { call(&circuit, .success, at: 10_001) }
        call(&circuit, .failure, at: 10_002)
        #expect(circuit.isClosed)
        for _ in 0..<4 { call(&circuit, .failure, at: 10_003) }
        #expect(circuit.state == .open(until: 11_003, .failures))
    }

    @Test("After the wait one call is the probe: its success closes, its failure opens for twice as long, up to the limit")
    func probes() {
        var circuit = Circuit(Self.settings)
        for _ in 0..<3 { call(&circuit, .failure, at: 0) }
        var now: Int64 = 1_000
        for wait: Int64 in [2_000, 4_000, 5_000, 5_000] {
            let probe = circuit.permit(at: now)!
            #expect(probe.isProbe)
            #expect(circuit.permit(at: now) == nil)
            circuit.record(.failure, of: probe, at: now)
            #expect(circuit.state == .open(until: now + wait, .failures))
            now += wait
        }
        call(&circuit, .success, at: now)
        #expect(circuit.isClosed)
        // A closed circuit has forgotten what was.
        call(&circuit, .failure, at: now)
        #expect(circuit.isClosed)
        for _ in 0..<2 { call(&circuit, .failure, at: now) }
        #expect(circuit.state == .open(until: now + 1_000, .failures))
    }

    @Test("A probe whose answer has begun closes it at once, and what becomes of the answer counts like any other call")
    func streamedProbe() {
        var circuit = Circuit(Self.settings)
        for _ in 0..<3 { call(&circuit, .failure, at: 0) }
        let permit = circuit.answerBegan(circuit.permit(at: 1_000)!)
        #expect(circuit.isClosed)
        #expect(!permit.isProbe)
        for _ in 0..<2 { call(&circuit, .failure, at: 1_001) }
        circuit.record(.failure, of: permit, at: 1_002)
        #expect(!circuit.isClosed)
    }

    @Test("A probe that says nothing lets the next call be one; one that takes too long keeps nobody out")
    func lostProbes() {
        var circuit = Circuit(Self.settings)
        for _ in 0..<3 { call(&circuit, .failure, at: 0) }
        circuit.record(.none, of: circuit.permit(at: 1_000)!, at: 1_500)
        let slow = circuit.permit(at: 1_500)!
        #expect(circuit.permit(at: 2_499) == nil)
        let next = circuit.permit(at: 2_500)!
        circuit.record(.success, of: slow, at: 2_501)
        #expect(!circuit.isClosed)
        circuit.record(.success, of: next, at: 2_502)
        #expect(circuit.isClosed)
    }

    @Test("A retry-after is respected, up to the limit; a 429 without one is a failure like others; bad credentials open it at once")
    func causes() {
        var limited = Circuit(Self.settings)
        call(&limited, .rateLimited(retryAfterMilliseconds: 3_000), at: 0)
        #expect(limited.state == .open(until: 3_000, .rateLimited))
        var long = Circuit(Self.settings)
        call(&long, .rateLimited(retryAfterMilliseconds: 86_400_000), at: 0)
        #expect(long.state == .open(until: 5_000, .rateLimited))
        var unnamed = Circuit(Self.settings)
        call(&unnamed, .rateLimited(retryAfterMilliseconds: nil), at: 0)
        #expect(unnamed.isClosed)
        var stranger = Circuit(Self.settings)
        call(&stranger, .badCredentials, at: 0)
        #expect(stranger.state == .open(until: 1_000, .credentials))
        call(&stranger, .badCredentials, at: 1_000)
        #expect(stranger.state == .open(until: 3_000, .credentials))
    }

    @Test("Calls that were on their way when it opened or closed change nothing any more")
    func lateResults() {
        var circuit = Circuit(Self.settings)
        let late = (0..<5).map { _ in circuit.permit(at: 0)! }
        for permit in late[..<3] { circuit.record(.failure, of: permit, at: 0) }
        circuit.record(.success, of: late[3], at: 10)
        circuit.record(.badCredentials, of: late[4], at: 20)
        #expect(circuit.state == .open(until: 1_000, .failures))
    }

    @Test("Switched off, it permits every call")
    func off() {
        var settings = Self.settings
        settings.mode = .off
        var circuit = Circuit(settings)
        for _ in 0..<100 { call(&circuit, .badCredentials, at: 0) }
        #expect(circuit.isClosed)
    }

    @Test("Whatever comes, in any order: a call is always permitted again after the longest wait, and never before a wait that was told")
    func anyOrder() {
        var generator = SeededGenerator()
        let seed = generator.seed
        for round in 0..<300 {
            var circuit = Circuit(Self.settings)
            var now: Int64 = 0
            var open: [Circuit.Permit] = []
            for _ in 0..<200 {
                now += Int64.random(in: 0...400, using: &generator)
                let wait = circuit.wait(at: now)
                let permit = circuit.permit(at: now)
                #expect((permit == nil) == (wait > 0), "seed \(seed), round \(round)")
                #expect(wait <= Self.settings.openLimitMilliseconds, "seed \(seed), round \(round)")
                if let permit { open.append(permit) }
                guard !open.isEmpty, Bool.random(using: &generator) else { continue }
                let permit2 = open.remove(at: Int.random(in: 0..<open.count, using: &generator))
                let results: [Circuit.Result] = [
                    .success, .failure, .failure, .none, .badCredentials, .rateLimited(retryAfterMilliseconds: 700),
                    .rateLimited(retryAfterMilliseconds: nil),
                ]
                circuit.record(results.randomElement(using: &generator)!, of: permit2, at: now)
            }
        }
    }
}

@Suite struct RetryBudgetTests {
    @Test("An outage is not multiplied: beyond the reserve, further attempts are the set part of the requests")
    func outage() {
        var settings = RetryBudget.Settings()
        settings.percent = 20
        settings.reserve = 10
        var budget = RetryBudget(settings)
        var further = 0
        for _ in 0..<1_000 {
            budget.requestBegan()
            for _ in 0..<2 where budget.takeAttempt() { further += 1 }
        }
        #expect((200...210).contains(further))
    }

    @Test("A quiet time fills no more than the reserve")
    func reserve() {
        var settings = RetryBudget.Settings()
        settings.reserve = 3
        var budget = RetryBudget(settings)
        for _ in 0..<1_000 { budget.requestBegan() }
        #expect((0..<5).map { _ in budget.takeAttempt() } == [true, true, true, false, false])
    }
}

@Suite struct WeightedChoiceTests {
    @Test("Evenly spread tickets choose exactly in proportion")
    func proportion() {
        let weights = [1, 5, 3]
        var counts = [0, 0, 0]
        for ticket: UInt64 in 0..<900 { counts[WeightedChoice.index(of: weights, ticket: ticket)!] += 1 }
        #expect(counts == [100, 500, 300])
        #expect(WeightedChoice.index(of: [] as [Int], ticket: 7) == nil)
        #expect(WeightedChoice.index(of: [1], ticket: .max) == 0)
    }
}
