extension Ledger {
    /// Lets a request through with a hold, or refuses it and changes nothing.
    ///
    /// The order is the contract's: key and account; rate; concurrency; then for each model of the route the key's policy, the context and
    /// the high-cost rules, the allowances, the cap, the budgets and the balance (``ModelAdmission``).
    func admit(_ request: AdmissionRequest, in books: inout Books) -> Reply {
        do throws(Refusal) {
            var (key, plan, wallet) = try identify(request, in: books)
            guard books.holds[request.request] == nil, books.ended(request.request) == nil else {
                throw Refusal(.conflict, "The request id \(request.request) was used before.")
            }
            if let replay = try repeated(request, key: key, wallet: wallet, in: &books) { return .replayed(replay) }
            let rate = try rate(of: request, key: key, plan: plan, wallet: wallet)
            try checkConcurrency(key: key, plan: plan, wallet: wallet, rate: rate)
            let route = try route(of: request, plan: plan, policy: key.policy)
            switch try firstHold(of: route, for: request, key: key, plan: plan, wallet: wallet, rate: rate) {
            case nil: return .countNeeded(upTo: plan.contextTokens)
            case let hold?:
                wallet.countRate(of: hold, isRuled: hold.isHighCost && plan.highCostRule != nil)
                wallet.take(hold)
                books.wallets.update(wallet.account, wallet)
                if key.isCounted {
                    key.countRate(of: hold)
                    key.take(hold)
                    books.keys.update(key.id, key)
                }
                books.open(hold)
                claim(hold, for: request, in: &books)
                return .admitted(grant(hold, route: route, at: request.at, key: key, plan: plan, wallet: wallet))
            }
        } catch {
            return .refused(error)
        }
    }

    func grant(_ hold: Hold, route: [Model], at time: Timestamp, key: Key, plan: Plan, wallet: Wallet) -> Grant {
        Grant(
            hold: hold, available: wallet.available, rate: status(at: time, key: key, plan: plan, wallet: wallet),
            furtherModels: Array(route.map(\.name).drop { $0 != hold.model }.dropFirst()), onDisconnect: key.policy.onDisconnect)
    }

    public static let invalidKey = Refusal(
        .invalidAPIKey, "Incorrect API key. Send a valid key of this relay as `Authorization: Bearer nxr_…`.")

    // MARK: Key and account

    /// The key, the plan that its account is on, and its wallet, all as they stand in the month of the admission.
    func identify(_ request: AdmissionRequest, in books: Books) throws(Refusal) -> (Key, Plan, Wallet) {
        guard var key = books.key(hash: request.secret.hash), key.account == request.secret.account, key.isValid(at: request.at),
            // The key may have seen a later month than the wallet: then that is the month.
            let wallet = books.wallets[key.account]?.rolled(to: max(request.at.month, key.counters.month))
        else { throw Self.invalidKey }
        guard wallet.suspendedBecause == nil else {
            throw Refusal(.accountSuspended, "This account is suspended. Contact the operator of this relay.")
        }
        if let seconds = wallet.throttle.wait(at: request.at) {
            throw Refusal(
                .throttled, "This account's traffic was abnormal, so it is throttled for a while. Contact the operator of this relay.",
                retryAfterSeconds: seconds)
        }
        guard key.policy.allows(address: request.address) else { throw Self.addressNotAllowed }
        guard let id = wallet.plan else {
            throw Refusal(
                .insufficientBalance, "This account has no credits yet. Recharge it with one of the plans of GET /v1/plans.",
                creditsRemaining: wallet.available)
        }
        guard let plan = catalogue.plan(id) else {
            throw Refusal(
                .insufficientBalance, "The plan `\(id)` is no longer offered. Recharge the account with one of the plans of GET /v1/plans.",
                creditsRemaining: wallet.available)
        }
        key.counters.roll(to: wallet.month)
        return (key, plan, wallet)
    }

    public static let addressNotAllowed = Refusal(
        .ipNotAllowed, "This key may not be used from your address. Its policy names the networks that it may be used from.")

    // MARK: Rate and concurrency

    func status(at time: Timestamp, key: Key, plan: Plan, wallet: Wallet) -> RateStatus {
        wallet.rate.status(of: plan.requestsPerMinute, at: time)
            .tighter(key.policy.requestsPerMinute.map { key.counters.rate.status(of: $0, at: time) })
    }

    private func rate(of request: AdmissionRequest, key: Key, plan: Plan, wallet: Wallet) throws(Refusal) -> RateStatus {
        let plans = wallet.rate.status(of: plan.requestsPerMinute, at: request.at)
        let keys = key.policy.requestsPerMinute.map { key.counters.rate.status(of: $0, at: request.at) }
        // Where both are used up, the longer wait is the true one.
        let waiting = [(plans, "plan"), keys.map { ($0, "key") }].compactMap(\.self).max { $0.0.waitMilliseconds < $1.0.waitMilliseconds }
        if let (status, whose) = waiting, status.waitMilliseconds > 0 {
            throw Refusal(
                .rateLimitExceeded,
                "This \(whose) allows \(status.limit) requests a minute. Try again in \(status.retryAfterSeconds) s.",
                retryAfterSeconds: status.retryAfterSeconds, rate: status)
        }
        return plans.tighter(keys)
    }

    private func checkConcurrency(key: Key, plan: Plan, wallet: Wallet, rate: RateStatus) throws(Refusal) {
        func refusal(_ whose: String, _ limit: Int64) -> Refusal {
            Refusal(
                .concurrencyLimitExceeded,
                "This \(whose) allows \(limit) requests at the same time. Wait until one of them has ended.", retryAfterSeconds: 1,
                rate: rate)
        }
        if wallet.openHolds >= plan.concurrency { throw refusal("plan", plan.concurrency) }
        if let limit = key.policy.concurrency, key.counters.openHolds >= limit { throw refusal("key", limit) }
    }

    // MARK: The models of the route

    /// The hold on the first model of the route that nothing speaks against.
    /// - Returns: nil where a better count of the input decides.
    /// - Throws: the refusal of the model that came furthest; of two, the first one's, which the customer or the plan prefers.
    func firstHold(
        of route: [Model], for request: AdmissionRequest, key: Key, plan: Plan, wallet: Wallet, rate: RateStatus
    ) throws(Refusal) -> Hold? {
        var furthest: (refusal: Refusal, stage: Int)?
        for model in route {
            let admission = ModelAdmission(request: request, key: key, plan: plan, wallet: wallet, model: model)
            switch admission.decide(servedModels: catalogue.servedModels) {
            case .hold(let hold): return hold
            case .countNeeded: return nil
            case .refused(let refusal, let stage): if stage > furthest?.stage ?? .min { furthest = (refusal, stage) }
            }
        }
        var refusal =
            furthest?.refusal ?? Refusal(.modelNotAllowed, "This key may use no model of the plan's default route.", param: "model")
        refusal.rate = refusal.rate ?? rate
        throw refusal
    }

    /// The models to try, in order: those of the route that the key may use.
    private func route(of request: AdmissionRequest, plan: Plan, policy: KeyPolicy) throws(Refusal) -> [Model] {
        switch request.model {
        case .automatic:
            return plan.route.filter(policy.allows).compactMap(catalogue.model)
        case .named(let name), .assumed(let name):
            let model = try model(name)
            let others = policy.fallsBack && request.mayFallBack ? plan.route.filter { $0 != name }.compactMap(catalogue.model) : []
            return try allowed([model] + others, by: policy)
        case .fallback(let names):
            var models: [Model] = []
            for name in names { models.append(try model(name)) }
            return try allowed(models, by: policy)
        }
    }

    /// - Throws: `model_not_found`, also where other models are named beside it: a mistyped name must not go unnoticed.
    private func model(_ name: String) throws(Refusal) -> Model {
        guard let model = catalogue.model(name) else {
            throw Refusal(.modelNotFound, "The model `\(name)` does not exist here. GET /v1/models lists those that do.", param: "model")
        }
        return model
    }

    private func allowed(_ models: [Model], by policy: KeyPolicy) throws(Refusal) -> [Model] {
        let allowed = models.filter { policy.allows(model: $0.name) }
        if allowed.isEmpty, let first = models.first {
            throw Refusal(.modelNotAllowed, "This key may not use the model `\(first.name)`.", param: "model")
        }
        return allowed
    }
}
