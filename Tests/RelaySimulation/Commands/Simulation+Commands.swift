import RelayDomain
import RelayTestKit

/// What customers and operators do.
extension Simulation {
    func submitSomething(to node: SimulatedNode) throws {
        switch Int.random(in: 0..<200, using: &random) {
        case 0..<88: submit(.admit(admission(on: node)), to: node, as: "admit")
        case 88..<160: endSomething(on: node)
        case 160..<168: moveSomething(on: node)
        case 168..<184: recharge(on: node)
        default: administer(on: node)
        }
    }

    func account() -> AccountID { LimitScenario.account(.random(in: LimitScenario.wallets, using: &random)) }

    func id() -> UInt64 {
        defer { nextID += 1 }
        return nextID
    }

    /// Mostly one of those that are always there.
    private func anyKey() -> Key {
        let last = chance(85) ? min(known.keys.count, Self.lastingKeys) : known.keys.count
        return known.keys[..<last].randomElement(using: &random) ?? LimitScenario.keys(1)[0]
    }

    private static let lastingKeys = LimitScenario.wallets.count * LimitScenario.keys(1).count

    // MARK: Requests

    private func admission(on node: SimulatedNode) -> AdmissionRequest {
        let key = anyKey()
        let models: [ModelRequest] = [
            .automatic(isNamed: true), .automatic(isNamed: true), .named("plain"), .named("plain"), .named("odd"), .named("dear"),
            .named("costly"), .named("idle"), .named("none"), .assumed("plain"), .fallback(["dear", "plain"]),
            .fallback(["costly", "idle", "odd"]), .fallback(["odd", "none"]),
        ]
        let least: Int64 = [1, 1, 1, 1, 16, 0].randomElement(using: &random)!
        // A key that is not that account's, now and then.
        let claimed = chance(1) ? account() : key.account
        var admission = AdmissionRequest(
            request: RequestID(high: UInt64(max(0, time(of: node).milliseconds)) << 16, low: id()),
            secret: PresentedKey(account: claimed, hash: key.hash), address: chance(10) ? nil : NetworkAddress("10.1.2.3"),
            endpoint: "/v1/chat/completions", isStream: Bool.random(using: &random), model: models.randomElement(using: &random)!,
            input: InputCount(tokens: .random(in: 0...130, using: &random), isFinal: chance(75)),
            askedOutputTokens: Bool.random(using: &random) ? nil : .random(in: max(1, least)...70, using: &random),
            choices: chance(15) && least > 0 ? .random(in: 2...20, using: &random) : 1, clientRetryCount: 0, at: time(of: node))
        admission.leastOutputTokens = least
        if chance(25) {
            admission.idempotency = IdempotencyClaim(
                key: "i\(Int.random(in: 0..<6, using: &random))", fingerprint: [UInt8.random(in: 0..<10, using: &random) / 8])
        }
        if chance(5) { admission.unavailable = ["plain": 1_000] }
        return admission
    }

    private func endSomething(on node: SimulatedNode) {
        if chance(4), let (request, account) = known.ended.randomElement(using: &random) {
            return submit(.end(ending(of: request, account, on: node)), to: node, as: "end again")
        }
        if chance(2) {
            return submit(.end(ending(of: RequestID(high: 1, low: id()), account(), on: node)), to: node, as: "end nothing")
        }
        guard let request = node.exchanges.keys.sorted().filter({ !node.exchanges[$0]!.isBusy }).randomElement(using: &random) else {
            return submit(.admit(admission(on: node)), to: node, as: "admit")
        }
        let account = node.exchanges[request]!.admission.secret.account
        node.exchanges[request]!.isBusy = true
        submit(.end(ending(of: request, account, on: node)), to: node, as: "end")
        // Sent twice at once.
        if chance(4) { submit(.end(ending(of: request, account, on: node)), to: node, as: "end twice") }
    }

    private func ending(of request: RequestID, _ account: AccountID, on node: SimulatedNode) -> HoldEnding {
        func count(_ most: Int64) -> Int64 { .random(in: 0...most, using: &random) }
        let outcome: HoldEnding.Outcome =
            switch Int.random(in: 0..<10, using: &random) {
            case 0: .void
            case 1: .settle(.none)
            case 2: .settle(Usage(tokens: Tokens(input: count(80), output: count(40)), source: .estimated))
            default: .settle(ReportedUsage(prompt: count(150), cached: count(120), completion: count(70)).usage)
            }
        let answer: AnswerKeeping = [.none, .sealed([1, 2]), .sealed([3]), .tooLarge].randomElement(using: &random)!
        return HoldEnding(
            request: request, account: account, outcome: outcome, facts: ExchangeFacts(milliseconds: 7), answer: answer, at: time(of: node))
    }

    private func moveSomething(on node: SimulatedNode) {
        let requests = node.exchanges.keys.sorted().filter { !node.exchanges[$0]!.isBusy && !node.exchanges[$0]!.furtherModels.isEmpty }
        guard let request = requests.randomElement(using: &random), var admission = node.exchanges[request]?.admission else {
            return submit(.admit(admission(on: node)), to: node, as: "admit")
        }
        admission.at = time(of: node)
        node.exchanges[request]!.isBusy = true
        submit(.move(HoldMove(admission, to: node.exchanges[request]!.furtherModels)), to: node, as: "move")
    }

    // MARK: Money

    private func recharge(on node: SimulatedNode) {
        let time = time(of: node)
        if chance(35), let (order, account) = known.orders.randomElement(using: &random) {
            if chance(30) { return submit(.cancelOrder(account, order, at: time), to: node, as: "cancel") }
            return submit(.confirmOrder(confirmation(order, account, time)), to: node, as: "confirm")
        }
        let account = account()
        let plan = LimitScenario.catalogue.plans.randomElement(using: &random)!
        // The books refuse a price of nothing: such a command must not take its batch with it.
        let order = RechargeOrder(
            id: OrderID(high: 3, low: id()), account: account, plan: plan.id, price: chance(4) ? .zero : plan.price,
            credits: Credits(.random(in: 50...2_500, using: &random)), createdAt: time)
        submit(.createOrder(order), to: node, as: "order")
        guard order.price > .zero else { return }
        known.orders.append((order.id, account))
        if chance(80) { submit(.confirmOrder(confirmation(order.id, account, time)), to: node, as: "confirm") }
    }

    private func confirmation(_ order: OrderID, _ account: AccountID, _ time: Timestamp) -> OrderConfirmation {
        OrderConfirmation(
            order: order, account: account, note: "n", transaction: chance(30) ? "t\(Int.random(in: 0..<60, using: &random))" : nil,
            at: time)
    }

    // MARK: Operators

    private func administer(on node: SimulatedNode) {
        let (account, time) = (account(), time(of: node))
        switch Int.random(in: 0..<20, using: &random) {
        case 0 where chance(30): submit(.suspend(account, because: "s"), to: node, as: "suspend")
        case 0...4:
            let suspended = LimitScenario.wallets.map(LimitScenario.account).first { model.wallets[$0]?.suspended != nil }
            submit(.suspend(suspended ?? account, because: nil), to: node, as: "resume")
        case 5...6:
            let plan = ["low", "middle", "high", "gold"].randomElement(using: &random)!
            submit(.setPlan(account, plan: plan, at: time), to: node, as: "plan")
        case 7...8: makeKey(account, time, on: node)
        case 9:
            guard chance(40) else { return makeKey(account, time, on: node) }
            let key = anyKey()
            // Those of the beginning are kept: without any key nothing would happen any more.
            guard key.id.low >= 1_000 else { return }
            submit(.revokeKey(key.account, key.id, at: time), to: node, as: "revoke")
        case 10...13: adjust(account, time, on: node)
        case 14...16:
            let finding = Finding(
                review: ReviewID(high: 5, low: id()), account: account, reason: Bool.random(using: &random) ? .retries : .refusals,
                summary: "f", request: nil,
                throttle: chance(50) ? Finding.Throttle(milliseconds: 2_000, strikes: 3, strikeMilliseconds: 10_000) : nil, at: time)
            known.reviews.append((finding.review, account))
            submit(.find(finding), to: node, as: "find")
        case 17...18:
            guard let (review, account) = known.reviews.randomElement(using: &random) else { return }
            let action: Review.Action = [.dismiss, .dismiss, .dismiss, .dismiss, .dismiss, .dismiss, .throttle, .suspend].randomElement(
                using: &random)!
            submit(.resolve(Resolution(review: review, account: account, action: action, note: "r", at: time)), to: node, as: "resolve")
        default:
            let number = chance(50) ? account.low : id() + 1_000
            let fresh = Account(id: AccountID(high: 1, low: number), email: "\(number)@example.com", name: "", createdAt: time)
            submit(.openAccount(fresh), to: node, as: "account")
        }
    }

    private func makeKey(_ account: AccountID, _ time: Timestamp, on node: SimulatedNode) {
        if chance(20) { return submit(.createKey(anyKey()), to: node, as: "key again") }
        let policies = LimitScenario.keys(1).map(\.policy)
        var policy = policies.randomElement(using: &random)!
        if chance(30) { policy.expiresAt = time.adding(milliseconds: .random(in: 0...60_000, using: &random)) }
        if chance(10) { policy.models = ["odd"] }
        let number = 1_000 + id()
        let key = Key(
            id: KeyID(high: 2, low: number), account: account,
            hash: KeyHash(bytes: (0..<32).map { $0 < 8 ? UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) : 77 }), name: "k",
            displayPrefix: "nxr_…", policy: policy, createdAt: time)
        if known.keys.count >= 3 * Self.lastingKeys {
            known.keys.remove(at: .random(in: Self.lastingKeys..<known.keys.count, using: &random))
        }
        known.keys.append(key)
        submit(.createKey(key), to: node, as: "key")
    }

    private func adjust(_ account: AccountID, _ time: Timestamp, on node: SimulatedNode) {
        if chance(20), let known = known.adjustments.randomElement(using: &random) {
            let credits = chance(70) ? known.credits : known.credits + Credits(1)
            let again = Adjustment(id: known.id, account: known.account, credits: credits, reason: "a", at: time)
            return submit(.adjust(again), to: node, as: "adjust again")
        }
        let adjustment = Adjustment(
            id: AdjustmentID(high: 6, low: id()), account: account, credits: Credits(.random(in: -300...300, using: &random)), reason: "a",
            at: time)
        known.adjustments.append(adjustment)
        submit(.adjust(adjustment), to: node, as: "adjust")
    }
}
