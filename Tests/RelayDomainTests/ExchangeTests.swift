import RelayDomain
import Testing

@Suite struct ExchangeTests {
    private static let charge = HoldEnding.Outcome.settle(Usage(tokens: Tokens(input: 1, output: 1), source: .reported))

    private func admitted(attempts: Int = 3) -> Exchange {
        var exchange = Exchange(attemptLimit: attempts)
        exchange.requestReceived()
        #expect(
            exchange.admitted {
                .upstream
            } retryAfter: {
                1
            } == .attempt(0))
        return exchange
    }

    private func fail(
        _ exchange: inout Exchange, _ outcome: Attempt.Outcome, _ next: Exchange.Next, retryAfter: Int = 1
    ) -> Exchange.FailureAction {
        exchange.upstreamFailed(outcome, next: { next }, retryAfter: { retryAfter }, billing: Self.charge)
    }

    @Test("A request that goes well: admitted, attempted, relayed, settled, done")
    func whole() {
        var exchange = admitted()
        exchange.answerBegan()
        #expect(exchange.answerEnded(billing: Self.charge) == Self.charge)
        #expect(exchange.settled() == .complete)
        #expect(exchange.state == .done)
    }

    @Test("Failures before content lead to the next upstream, then to a void and a refusal")
    func failures() {
        var exchange = admitted()
        #expect(fail(&exchange, .failed, .upstream) == .attempt(1))
        #expect(fail(&exchange, .timedOut, .nowhere) == .end(.void))
        guard case .refuse(let refusal) = exchange.settled() else { return #expect(Bool(false)) }
        #expect(refusal.status == 504)
    }

    @Test("Attempts are counted over all models of the route, and where to is asked no more when they are used up")
    func attemptLimit() {
        var exchange = admitted(attempts: 2)
        #expect(fail(&exchange, .failed, .model) == .move)
        #expect(exchange.state == .moving(1))
        #expect(
            exchange.admitted {
                .upstream
            } retryAfter: {
                1
            } == .attempt(1))
        let action = exchange.upstreamFailed(
            .failed,
            next: {
                Issue.record("a third attempt was looked for")
                return .upstream
            }, retryAfter: { 1 }, billing: Self.charge)
        #expect(action == .end(.void))
    }

    @Test("Models whose upstreams cannot be called are passed by; when no model is left, the client is told when to come again")
    func moving() {
        var exchange = Exchange()
        exchange.requestReceived()
        #expect(
            exchange.admitted {
                .model
            } retryAfter: {
                1
            } == .move)
        #expect(
            exchange.admitted {
                .model
            } retryAfter: {
                1
            } == .move)
        #expect(
            exchange.admitted {
                .nowhere
            } retryAfter: {
                7
            } == .end(.void))
        guard case .refuse(let refusal) = exchange.settled() else { return #expect(Bool(false)) }
        #expect(refusal.code == .noUpstreamAvailable && refusal.retryAfterSeconds == 7)
    }

    @Test("A move that the ledger refuses ends in what the last attempt came to, and in nothing for a client that left")
    func refusedMove() {
        var exchange = admitted()
        #expect(fail(&exchange, .timedOut, .model) == .move)
        #expect(exchange.moveRefused { 1 } == .end(.void))
        guard case .refuse(let refusal) = exchange.settled() else { return #expect(Bool(false)) }
        #expect(refusal.code == .upstreamTimeout)

        var left = admitted()
        #expect(fail(&left, .failed, .model) == .move)
        #expect(left.clientLeft(drains: true, billing: Self.charge) == .none)
        #expect(
            left.admitted {
                .upstream
            } retryAfter: {
                1
            } == .end(.void))
        #expect(left.settled() == .nothing)
    }

    @Test("After content there is no next attempt: what was delivered is charged and the client is told")
    func broken() {
        var exchange = admitted()
        exchange.answerBegan()
        #expect(fail(&exchange, .broken, .upstream) == .end(Self.charge))
        guard case .breakOff(let refusal) = exchange.settled() else { return #expect(Bool(false)) }
        #expect(refusal.status == 502)
    }

    @Test("A refusal of the upstream passes through and costs nothing")
    func passThrough() {
        var exchange = admitted()
        #expect(exchange.upstreamRefused() == .void)
        #expect(exchange.settled() == .passThrough)
    }

    @Test("A client that leaves is drained or cancelled, and gets nothing more")
    func departures() {
        var drained = admitted()
        #expect(drained.clientLeft(drains: true, billing: Self.charge) == .drain)
        #expect(drained.clientLeft(drains: true, billing: Self.charge) == .none)
        #expect(drained.answerEnded(billing: Self.charge) == Self.charge)
        #expect(drained.settled() == .nothing)

        var cancelled = admitted()
        cancelled.answerBegan()
        #expect(cancelled.clientLeft(drains: false, billing: Self.charge) == .cancel(Self.charge))
        #expect(cancelled.settled() == .nothing)

        var late = admitted()
        #expect(late.clientLeft(drains: true, billing: Self.charge) == .drain)
        #expect(late.drainEnded(billing: Self.charge) == .cancel(Self.charge))
        #expect(late.drainEnded(billing: Self.charge) == .none)
    }

    @Test("No attempt is made for a client that left while it was admitted, nor after it left during one")
    func noUselessAttempts() {
        var early = Exchange()
        early.requestReceived()
        #expect(early.clientLeft(drains: true, billing: Self.charge) == .none)
        #expect(
            early.admitted {
                .upstream
            } retryAfter: {
                1
            } == .end(.void))
        #expect(early.settled() == .nothing)

        var during = admitted()
        #expect(during.clientLeft(drains: true, billing: Self.charge) == .drain)
        #expect(fail(&during, .failed, .upstream) == .end(.void))
    }

    @Test("Nothing ends a hold twice: events that come late change nothing")
    func late() {
        var exchange = admitted()
        _ = exchange.answerEnded(billing: Self.charge)
        #expect(fail(&exchange, .broken, .upstream) == .none)
        #expect(exchange.clientLeft(drains: false, billing: Self.charge) == .none)
        #expect(exchange.drainEnded(billing: Self.charge) == .none)
        #expect(exchange.settled() == .nothing)
    }

    @Test("Usage that was not reported is estimated or waived, as configured, and never beyond what was held")
    func billing() {
        func outcome(
            _ reported: ReportedUsage? = nil, held: Tokens = Tokens(input: 50, output: 10), isCounted: Bool = false, estimates: Bool = true
        ) -> HoldEnding.Outcome {
            Billing(estimatesUnreported: estimates)
                .outcome(reported: reported, held: held, isCounted: isCounted, sentBytes: 41, deliveredTokens: 2)
        }
        func estimated(_ input: Int64, _ output: Int64) -> HoldEnding.Outcome {
            .settle(Usage(tokens: Tokens(input: input, output: output), source: .estimated))
        }
        #expect(outcome() == estimated(11, 2))
        // A count is better than an estimate, and a bound that is lower is one.
        #expect(outcome(isCounted: true) == estimated(50, 2))
        #expect(outcome(held: Tokens(input: 5, output: 1)) == estimated(5, 1))
        #expect(outcome(estimates: false) == .settle(.none))
        let reported = ReportedUsage(prompt: 3, completion: 4)
        #expect(outcome(reported) == .settle(reported.usage))
    }
}
