extension Ledger {
    /// Lets a request through with a hold, or refuses it and changes nothing.
    ///
    /// The order is the contract's: key and account; then for each model of the route the key's policy; then the output limit and the balance.
    func admit(_ request: AdmissionRequest, in books: inout Books) -> Reply {
        do {
            let (key, plan) = try identify(request, in: books)
            var wallet = books.wallets[key.account]!
            wallet.roll(to: request.at.month)
            let hold = try firstHold(for: request, key: key, plan: plan, wallet: wallet)
            wallet.take(hold)
            books.open(hold)
            books.wallets.update(wallet.account, wallet)
            return .admitted(Grant(hold: hold, available: wallet.available))
        } catch {
            return .refused(error)
        }
    }

    /// The key, and the plan that its account is on.
    private func identify(_ request: AdmissionRequest, in books: Books) throws(Refusal) -> (Key, Plan) {
        guard let key = books.key(hash: request.secret.hash), key.account == request.secret.account, key.isValid(at: request.at),
            let wallet = books.wallets[key.account]
        else { throw Self.invalidKey }
        guard wallet.suspendedBecause == nil else {
            throw Refusal(.accountSuspended, "This account is suspended. Contact the operator of this relay.")
        }
        guard books.holds[request.request] == nil, books.ended(request.request) == nil else {
            throw Refusal(.conflict, "The request id \(request.request) was used before.")
        }
        guard let plan = wallet.plan.flatMap(catalogue.plan) else {
            throw Refusal(
                .insufficientBalance, "This account has no credits yet. Recharge it with one of the plans of GET /v1/plans.",
                creditsRemaining: wallet.available)
        }
        return (key, plan)
    }

    public static let invalidKey = Refusal(
        .invalidAPIKey, "Incorrect API key. Send a valid key of this relay as `Authorization: Bearer nxr_…`.")

    /// The hold on the first model of the route that nothing speaks against.
    /// - Throws: the refusal of the first model, since it is the one that the customer or the plan prefers.
    private func firstHold(for request: AdmissionRequest, key: Key, plan: Plan, wallet: Wallet) throws(Refusal) -> Hold {
        var firstRefusal: Refusal?
        for model in try route(of: request.model, plan: plan, policy: key.policy) {
            do {
                return try hold(on: model, for: request, key: key, plan: plan, wallet: wallet)
            } catch {
                firstRefusal = firstRefusal ?? error
            }
        }
        throw firstRefusal ?? Refusal(.modelNotAllowed, "This key may use no model of the plan's default route.", param: "model")
    }

    /// The models to try, in order.
    private func route(of request: ModelRequest, plan: Plan, policy: KeyPolicy) throws(Refusal) -> [Model] {
        switch request {
        case .automatic:
            return plan.route.filter(policy.allows).compactMap(catalogue.model)
        case .named(let name):
            return [try model(name, policy: policy)]
        case .fallback(let names):
            var models: [Model] = []
            for name in names { models.append(try model(name, policy: policy)) }
            return models
        }
    }

    private func model(_ name: String, policy: KeyPolicy) throws(Refusal) -> Model {
        guard let model = catalogue.model(name) else {
            throw Refusal(.modelNotFound, "The model `\(name)` does not exist here. GET /v1/models lists those that do.", param: "model")
        }
        guard policy.allows(model: name) else {
            throw Refusal(.modelNotAllowed, "This key may not use the model `\(name)`.", param: "model")
        }
        return model
    }

    private func hold(on model: Model, for request: AdmissionRequest, key: Key, plan: Plan, wallet: Wallet) throws(Refusal) -> Hold {
        guard catalogue.servedModels.contains(model.name) else {
            throw Refusal(.noUpstreamAvailable, "No upstream serves the model `\(model.name)` at present.", retryAfterSeconds: 60)
        }
        let output = try outputLimit(on: model, for: request, key: key, plan: plan, available: wallet.available)
        let tokens = Tokens(input: request.inputTokenBound, output: output * request.choices)
        return Hold(
            request: request.request, account: key.account, key: key.id, createdAt: request.at, month: wallet.month,
            endpoint: request.endpoint, isStream: request.isStream, requestedModel: request.model.receiptName, model: model.name,
            isHighCost: model.isHighCost, prices: model.prices,
            credits: model.prices.upperBound(input: tokens.input, output: tokens.output), tokens: tokens, maxOutputTokens: output,
            clientRetryCount: request.clientRetryCount)
    }

    /// The output limit of one choice: what was asked, unless the plan, the key or the wallet allow less.
    private func outputLimit(
        on model: Model, for request: AdmissionRequest, key: Key, plan: Plan, available: Credits
    ) throws(Refusal) -> Int64 {
        let affordable = model.prices.affordableOutput(within: available, input: request.inputTokenBound) ?? 0
        let allowed = min(plan.maxOutputTokens, key.policy.maxOutputTokens ?? .max)
        guard affordable / request.choices > 0 else {
            let needed = model.prices.upperBound(input: request.inputTokenBound, output: request.choices)
            throw Refusal(
                .insufficientBalance,
                "The request needs at least \(needed) credits ($\(needed.usd)) and \(available) ($\(available.usd)) are available. "
                    + "Recharge the account or send a shorter request.",
                creditsRemaining: available)
        }
        guard allowed / request.choices > 0 else {
            throw Refusal(.invalidRequest, "At most \(allowed) output tokens are allowed, fewer than one for each choice.", param: "n")
        }
        return min(request.askedOutputTokens ?? .max, allowed / request.choices, affordable / request.choices)
    }
}
