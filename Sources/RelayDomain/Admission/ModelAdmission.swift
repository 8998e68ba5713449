/// One model of a route, held against the limits of a plan, a key and a wallet.
struct ModelAdmission {
    enum Outcome {
        case hold(Hold)
        /// - Parameter stage: how far it came; the refusal of the model that came furthest is the one that the customer gets.
        case refused(Refusal, stage: Int)
        /// A better count of the input decides.
        case countNeeded
    }

    /// As many holds for bounds fit beside each other: more than a built-in plan has slots.
    private static let smallPart: Int64 = 64

    let request: AdmissionRequest
    let key: Key
    let plan: Plan
    /// Rolled to the month of the admission, as is the key. Without the hold that the request already has, where it has one.
    let wallet: Wallet
    let model: Model

    private var input: Int64 { request.input.tokens }
    /// The plan's rule for this model, where it has one.
    private var rule: Plan.HighCostRule? { isHighCost ? plan.highCostRule : nil }
    private var isHighCost: Bool { model.isHighCost && request.isMetered }

    func decide(servedModels: Set<String>) -> Outcome {
        guard servedModels.contains(model.name) else {
            let refusal = Refusal(
                .noUpstreamAvailable, "No upstream serves the model `\(model.name)` at present.", retryAfterSeconds: 60)
            return .refused(refusal, stage: -2)
        }
        if let wait = request.unavailable[model.name] {
            let refusal = Refusal(
                .noUpstreamAvailable, "The upstreams of `\(model.name)` do not answer at present. Nothing was charged.",
                retryAfterSeconds: max(1, Int((wait + 999) / 1_000)))
            return .refused(refusal, stage: -1)
        }
        var fixed = request.askedOutputTokens ?? .max
        var dependent = Int64.max
        for bound in OutputBound.inOrder {
            if bound == .highCostBudget, let refusal = rateRefusal { return .refused(refusal, stage: bound.rawValue) }
            let limit = roomOfEach(within: bound)
            if limit < least {
                if bound.dependsOnInput, !request.input.isFinal { return .countNeeded }
                return .refused(refusal(by: bound), stage: bound.rawValue)
            }
            if bound.dependsOnInput { dependent = min(dependent, limit) } else { fixed = min(fixed, limit) }
        }
        if least > 0, dependent < fixed, !request.input.isFinal { return .countNeeded }
        let hold = hold(of: least > 0 ? min(fixed, dependent) : 0)
        if !request.input.isFinal, takesMuch(hold) { return .countNeeded }
        return .hold(hold)
    }

    /// Whether a hold takes so large a part of what is left that requests beside it might be refused, or shortened, for its sake. Then it
    /// must not be for a bound.
    private func takesMuch(_ hold: Hold) -> Bool {
        func isMuch(_ part: Int64, of whole: Int64) -> Bool { part > whole / Self.smallPart }
        func isMuch(_ part: Credits, of whole: Credits) -> Bool { isMuch(part.thousandths, of: whole.thousandths) }
        return isMuch(hold.credits, of: wallet.available)
            || isMuch(hold.tokens.input, of: plan.allowances.input - wallet.used.input - wallet.heldTokens.input)
            || isMuch(hold.tokens.total, of: plan.capTokens - wallet.used.total - wallet.heldTokens.total)
            || isHighCost && isMuch(hold.credits, of: highCostLeft)
            || keyBudgetLeft.map { isMuch(hold.credits, of: $0) } ?? false
    }

    private var least: Int64 { request.leastOutputTokens }

    /// Output tokens of each choice. A missing token is no room for any of them, also where it is not one for each.
    private func roomOfEach(within bound: OutputBound) -> Int64 {
        let room = room(within: bound)
        return room < 0 ? -1 : room / request.choices
    }

    /// Output tokens of all choices together that the bound leaves beside the input; negative where it does not even leave the input.
    private func room(within bound: OutputBound) -> Int64 {
        switch bound {
        case .maximum: maximum
        case .context: context - (request.contextTokens ?? input)
        case .highCostBudget: isHighCost ? affordable(within: highCostLeft) : .max
        case .inputAllowance: input <= plan.allowances.input - wallet.used.input - wallet.heldTokens.input ? .max : -1
        case .outputAllowance: plan.allowances.output - wallet.used.output - wallet.heldTokens.output
        case .cap: plan.capTokens - wallet.used.total - wallet.heldTokens.total - input
        case .keyBudget: keyBudgetLeft.map(affordable) ?? .max
        case .balance: affordable(within: wallet.available)
        }
    }

    private var maximum: Int64 { min(plan.maxOutputTokens, key.policy.maxOutputTokens ?? .max, rule?.maxOutputTokens ?? .max) }
    private var context: Int64 { min(plan.contextTokens, model.contextTokens, rule?.contextTokens ?? .max) }
    private var highCostLeft: Credits { plan.highCostBudget - wallet.highCostUsed - wallet.highCostHeld }
    private var keyBudgetLeft: Credits? { key.policy.monthlyBudget.map { $0 - key.counters.used - key.counters.held } }

    private func affordable(within credits: Credits) -> Int64 {
        model.prices.affordableOutput(within: credits, input: input) ?? -1
    }

    /// The rate of the plan's rule for high-cost models.
    private var rateRefusal: Refusal? {
        guard let rule else { return nil }
        let status = wallet.highCostRate.status(of: rule.requestsPerMinute, at: request.at)
        guard status.waitMilliseconds > 0 else { return nil }
        return Refusal(
            .rateLimitExceeded,
            "On this plan `\(model.name)` serves \(rule.requestsPerMinute) requests a minute. Try again in "
                + "\(status.retryAfterSeconds) s, or use another model.",
            param: "model", retryAfterSeconds: status.retryAfterSeconds)
    }

    private func hold(of outputLimit: Int64) -> Hold {
        let tokens = Tokens(input: input, output: outputLimit * request.choices)
        return Hold(
            request: request.request, account: key.account, key: key.id, isKeyCounted: key.isCounted, createdAt: request.at,
            month: wallet.month, endpoint: request.endpoint, isStream: request.isStream, requestedModel: request.model.receiptName,
            model: model.name, isHighCost: isHighCost, prices: model.prices,
            credits: model.prices.upperBound(input: tokens.input, output: tokens.output), tokens: tokens, maxOutputTokens: outputLimit,
            clientRetryCount: request.clientRetryCount, idempotencyKey: request.idempotency?.key)
    }
}

// MARK: - What the customer is told

extension ModelAdmission {
    private func refusal(by bound: OutputBound) -> Refusal {
        switch bound {
        case .maximum:
            Refusal(
                .invalidRequest,
                "At most \(maximum) output tokens are allowed here, and each of \(request.choices) answers needs at least \(least).",
                param: request.choices > 1 ? request.choicesField : nil)
        case .context:
            Refusal(
                .contextLengthExceeded,
                "The context of `\(model.name)` is \(context) tokens here, input and output together, and the input alone has at least \(request.contextTokens ?? input). "
                    + "Shorten `\(request.inputField)`, or choose a model or a plan with a longer context.",
                param: request.inputField)
        case .highCostBudget:
            quota(
                .highCostBudgetExhausted,
                "\(max(highCostLeft, .zero)) of this month's \(plan.highCostBudget) credits for high-cost models are left, and the request "
                    + "needs \(needed). Use another model.")
        case .inputAllowance:
            quota(
                .inputAllowanceExhausted,
                tokens(plan.allowances.input - wallet.used.input - wallet.heldTokens.input, of: plan.allowances.input, "input")
                    + ", and the request has \(input).")
        case .outputAllowance:
            quota(
                .outputAllowanceExhausted,
                tokens(plan.allowances.output - wallet.used.output - wallet.heldTokens.output, of: plan.allowances.output, "output") + ".")
        case .cap:
            quota(
                .monthlyCapReached,
                tokens(plan.capTokens - wallet.used.total - wallet.heldTokens.total, of: plan.capTokens, "total")
                    + ", and the request needs at least \(input + least * request.choices).")
        case .keyBudget:
            quota(
                .keyBudgetExhausted,
                "\(max(keyBudgetLeft ?? .zero, .zero)) of this key's \(key.policy.monthlyBudget ?? .zero) credits of this month are left, "
                    + "and the request needs \(needed).")
        case .balance:
            Refusal(
                .insufficientBalance,
                "The request needs at least \(needed) credits ($\(needed.usd)) and \(wallet.available) ($\(wallet.available.usd)) are "
                    + "available. Recharge the account or send a shorter request.",
                creditsRemaining: wallet.available)
        }
    }

    /// What the input and the least output of each choice cost.
    private var needed: Credits { model.prices.upperBound(input: input, output: least * request.choices) }

    private func tokens(_ left: Int64, of allowance: Int64, _ meter: String) -> String {
        "\(max(left, 0)) of this month's \(allowance) \(meter) tokens are left"
    }

    private func quota(_ code: Refusal.Code, _ message: String) -> Refusal {
        Refusal(code, "\(message) It is reset at \(wallet.month.next.start.rfc3339).")
    }
}
