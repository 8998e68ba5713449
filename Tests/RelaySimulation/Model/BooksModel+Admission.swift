import RelayDomain

extension BooksModel {
    /// Where a request finds a place on one of its models.
    private enum Placement {
        case held(Model, limit: Int64, input: Int64, output: Int64, credits: Credits)
        case refused(Refusal.Code)
        case countNeeded
    }

    // MARK: Admissions

    mutating func admit(_ admission: AdmissionRequest, _ catalogue: Catalogue, lease: Int64) -> Outcome {
        let account = admission.secret.account
        let month: Month
        let wallet: WalletRow
        let plan: Plan
        switch identify(admission, catalogue) {
        case .failure(let refusal): return .refused(refusal.code)
        case .success(let found): (wallet, plan, month) = found
        }
        var key = keys[admission.secret.hash]!
        if let outcome = repeated(admission) { return outcome }
        if wallet.rate.count(at: admission.at) >= plan.requestsPerMinute { return .refused(.rateLimitExceeded) }
        if let limit = key.key.policy.requestsPerMinute, key.rate.count(at: admission.at) >= limit { return .refused(.rateLimitExceeded) }
        let holds = holds(of: account)
        if holds.count >= plan.concurrency { return .refused(.concurrencyLimitExceeded) }
        if let limit = key.key.policy.concurrency, holds.count(where: { $0.key == key.key.id }) >= limit {
            return .refused(.concurrencyLimitExceeded)
        }
        let models: [Model]
        switch route(admission.model, policy: key.key.policy, plan, catalogue) {
        case .failure(let refusal): return .refused(refusal.code)
        case .success(let found): models = found
        }
        switch place(admission, on: models, key: key, plan, wallet, month, catalogue, without: nil) {
        case .refused(let code): return .refused(code)
        case .countNeeded: return .countNeeded
        case .held(let model, let limit, let input, let output, let credits):
            var wallet = wallet
            wallet.rate.add(admission.at)
            if model.isHighCost, plan.highCostRule != nil { wallet.highCostRate.add(admission.at) }
            wallets[account] = wallet
            if key.key.isCounted {
                key.month = month
                if key.key.policy.requestsPerMinute != nil { key.rate.add(admission.at) }
                keys[admission.secret.hash] = key
            }
            open[admission.request] = Open(
                request: admission.request, account: account, key: key.key.id, isKeyCounted: key.key.isCounted, createdAt: admission.at,
                month: month, model: model, limit: limit, input: input, output: output, held: credits, claim: admission.idempotency?.key,
                lease: lease)
            if let claim = admission.idempotency {
                answers[AnswerRecord.ID(account: account, key: claim.key)] = Answer(
                    request: admission.request, fingerprint: claim.fingerprint,
                    expiresAt: admission.at.adding(milliseconds: 24 * 3_600_000), state: .running, model: model.name)
            }
            return admitted(open[admission.request]!)
        }
    }

    mutating func move(_ move: HoldMove, _ catalogue: Catalogue) -> Outcome {
        let admission = move.admission
        let account = admission.secret.account
        guard var hold = open[admission.request], hold.account == account else { return .refused(.notFound) }
        switch identify(admission, catalogue) {
        case .failure(let refusal): return .refused(refusal.code)
        case .success(let (found, plan, month)):
            var wallet = found
            var key = keys[admission.secret.hash]!
            let models = move.models.filter { key.key.policy.models.isEmpty || key.key.policy.models.contains($0) }
                .compactMap(catalogue.model)
            if models.isEmpty { return .refused(.modelNotAllowed) }
            switch place(admission, on: models, key: key, plan, wallet, month, catalogue, without: hold.request) {
            case .refused(let code): return .refused(code)
            case .countNeeded: return .countNeeded
            case .held(let model, let limit, let input, let output, let credits):
                if model.isHighCost, plan.highCostRule != nil { wallet.highCostRate.add(admission.at) }
                wallets[account] = wallet
                if key.key.isCounted {
                    key.month = month
                    keys[admission.secret.hash] = key
                }
                (hold.month, hold.model, hold.limit, hold.input, hold.output, hold.held) = (month, model, limit, input, output, credits)
                open[hold.request] = hold
                if let claim = hold.claim { answers[AnswerRecord.ID(account: account, key: claim)]?.model = model.name }
                return admitted(hold)
            }
        }
    }

    private func admitted(_ hold: Open) -> Outcome {
        .admitted(
            model: hold.model.name, limit: hold.limit, tokens: Tokens(input: hold.input, output: hold.output), credits: hold.held,
            available: available(hold.account))
    }

    private func identify(_ admission: AdmissionRequest, _ catalogue: Catalogue) -> Result<(WalletRow, Plan, Month), Refusal> {
        func refused(_ code: Refusal.Code) -> Result<(WalletRow, Plan, Month), Refusal> { .failure(Refusal(code, "")) }
        guard let key = keys[admission.secret.hash], key.key.account == admission.secret.account, key.revokedAt == nil,
            key.key.policy.expiresAt.map({ admission.at < $0 }) ?? true, var wallet = wallets[key.key.account]
        else { return refused(.invalidAPIKey) }
        wallet.roll(to: max(admission.at.month, key.month))
        if wallet.suspended != nil { return refused(.accountSuspended) }
        if let until = wallet.throttle.until, until > admission.at { return refused(.throttled) }
        if !key.key.policy.networks.isEmpty, admission.address == nil { return refused(.ipNotAllowed) }
        guard let plan = wallet.plan.flatMap(catalogue.plan) else { return refused(.insufficientBalance) }
        return .success((wallet, plan, wallet.month))
    }

    /// What stands for the request's idempotency key already.
    private mutating func repeated(_ admission: AdmissionRequest) -> Outcome? {
        guard let claim = admission.idempotency,
            let answer = answers[AnswerRecord.ID(account: admission.secret.account, key: claim.key)]
        else { return nil }
        if answer.state != .running, answer.expiresAt <= admission.at { return nil }
        if answer.fingerprint != claim.fingerprint { return .refused(.idempotencyKeyReused) }
        switch answer.state {
        case .running: return .refused(.requestInProgress)
        case .tooLarge: return .refused(.responseNotStored)
        case .stored:
            let account = admission.secret.account
            // A replay is not written as a change of the wallet, so that the month does not go on either.
            let month = max(wallets[account]!.month, admission.at.month, keys[admission.secret.hash]!.month)
            ended[admission.request] = Ended(
                account: account, state: .settled, charged: .zero, absorbed: .zero, metered: .zero, held: .zero, model: answer.model,
                month: month)
            endedLately.insert(admission.request)
            return .replayed(answer.request, available: available(account))
        }
    }

    private func route(
        _ request: ModelRequest, policy: KeyPolicy, _ plan: Plan, _ catalogue: Catalogue
    ) -> Result<[Model], Refusal> {
        func isAllowed(_ name: String) -> Bool { policy.models.isEmpty || policy.models.contains(name) }
        var names: [String]
        switch request {
        // A plan's route may name what is not sold.
        case .automatic: return .success(plan.route.filter(isAllowed).compactMap(catalogue.model))
        case .named(let name), .assumed(let name):
            guard catalogue.model(name) != nil else { return .failure(Refusal(.modelNotFound, "")) }
            names = [name] + (policy.fallsBack ? plan.route.filter { $0 != name && catalogue.model($0) != nil } : [])
        case .fallback(let list): names = list
        }
        guard names.allSatisfy({ catalogue.model($0) != nil }) else { return .failure(Refusal(.modelNotFound, "")) }
        names = names.filter(isAllowed)
        return names.isEmpty ? .failure(Refusal(.modelNotAllowed, "")) : .success(names.map { catalogue.model($0)! })
    }

    // MARK: Models

    private func place(
        _ admission: AdmissionRequest, on models: [Model], key: KeyRow, _ plan: Plan, _ wallet: WalletRow, _ month: Month,
        _ catalogue: Catalogue, without request: RequestID?
    ) -> Placement {
        var furthest: (code: Refusal.Code, stage: Int)?
        for model in models {
            let stage: Int
            let code: Refusal.Code
            if !catalogue.servedModels.contains(model.name) {
                (code, stage) = (.noUpstreamAvailable, -2)
            } else if admission.unavailable[model.name] != nil {
                (code, stage) = (.noUpstreamAvailable, -1)
            } else {
                switch LimitModel(self, admission, model, key, plan, wallet, month, without: request).decide() {
                case .held(let limit):
                    let output = limit * admission.choices
                    return .held(
                        model, limit: limit, input: admission.input.tokens, output: output,
                        credits: LimitModel.cost(admission.input.tokens, output, model))
                case .countNeeded: return .countNeeded
                case .refused(let refused, let at): (code, stage) = (refused, at)
                }
            }
            if furthest.map({ stage > $0.stage }) ?? true { furthest = (code, stage) }
        }
        return .refused(furthest?.code ?? .modelNotAllowed)
    }
}
