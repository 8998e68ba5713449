public import RelayDomain

/// The rules of admission once more, as plainly as can be: lists of what happened, added up each time anew; and the largest answer that
/// breaks no rule is found by trying. Tests hold the ledger against it.
public struct ReferenceRules {
    public enum Decision: Hashable, Sendable {
        case admitted(model: String, limit: Int64, credits: Credits)
        case refused(Refusal.Code)
        case countNeeded
    }

    private struct Request {
        let admission: AdmissionRequest
        let key: Key
        let model: Model
        let month: Month
        let isRuled: Bool
        let input: Int64
        let output: Int64
        let held: Credits
        var charged: Credits?
        var metered = Tokens.zero
        var isExpired = false
        var isOpen: Bool { charged == nil }
        var time: Int64 { admission.at.milliseconds }
    }

    private struct Account {
        var month = LimitScenario.start.month
        var deposits = Credits.zero
        var plan: String?
        var nextPlan: String?
    }

    private let catalogue: Catalogue
    private let keys: [KeyHash: Key]
    private var accounts: [AccountID: Account] = [:]
    private var requests: [Request] = []
    private var orders: [OrderID: RechargeOrder] = [:]

    public init(catalogue: Catalogue, keys: [Key]) {
        self.catalogue = catalogue
        self.keys = Dictionary(uniqueKeysWithValues: keys.map { ($0.hash, $0) })
        for key in keys { accounts[key.account] = Account() }
    }

    // MARK: Commands

    /// What the ledger must answer to an admission; an admitted one is entered.
    public mutating func admit(_ admission: AdmissionRequest) -> Decision {
        let key = keys[admission.secret.hash]!
        let account = account(key.account, at: admission.at)
        guard key.policy.networks.isEmpty || admission.address != nil else { return .refused(.ipNotAllowed) }
        guard let plan = account.plan.flatMap(catalogue.plan) else { return .refused(.insufficientBalance) }
        let own = requests.filter { $0.key.account == key.account }
        let ofKey = own.filter { $0.key.id == key.id }
        if Self.inWindow(own.map(\.time), at: admission.at) >= plan.requestsPerMinute { return .refused(.rateLimitExceeded) }
        if let limit = key.policy.requestsPerMinute, Self.inWindow(ofKey.map(\.time), at: admission.at) >= limit {
            return .refused(.rateLimitExceeded)
        }
        if own.count(where: \.isOpen) >= plan.concurrency { return .refused(.concurrencyLimitExceeded) }
        if let limit = key.policy.concurrency, ofKey.count(where: \.isOpen) >= limit { return .refused(.concurrencyLimitExceeded) }
        var furthest: (code: Refusal.Code, stage: Int)?
        switch route(admission.model, key: key, plan: plan) {
        case .failure(let refusal): return .refused(refusal.code)
        case .success(let models):
            for model in models {
                let (decision, stage) = decide(admission, model, key: key, plan: plan, account: account, own: own)
                switch decision {
                case .admitted(_, let limit, let credits):
                    accounts[key.account] = account
                    requests.append(
                        Request(
                            admission: admission, key: key, model: model, month: account.month,
                            isRuled: model.isHighCost && plan.highCostRule != nil, input: admission.input.tokens,
                            output: limit * admission.choices, held: credits))
                    return decision
                case .countNeeded: return decision
                case .refused(let code): if furthest.map({ stage > $0.stage }) ?? true { furthest = (code, stage) }
                }
            }
            return .refused(furthest?.code ?? .modelNotAllowed)
        }
    }

    /// What the ledger must have charged; nil where there is nothing to end.
    public mutating func end(_ ending: HoldEnding) -> Credits? {
        guard let index = requests.firstIndex(where: { $0.admission.request == ending.request }) else { return nil }
        if requests[index].isExpired, case .settle(let usage) = ending.outcome { return settleLate(index, usage, at: ending.at) }
        if let charged = requests[index].charged { return charged }
        let request = requests[index]
        let account = account(request.key.account, at: ending.at)
        accounts[request.key.account] = account
        guard case .settle(let usage) = ending.outcome, usage.source != .none else {
            requests[index].charged = .zero
            if case .expire = ending.outcome { requests[index].isExpired = true }
            return .zero
        }
        requests[index].charged = min(request.model.prices.cost(of: usage.tokens), request.held)
        let cached = min(usage.tokens.cachedRead, request.input)
        let input = min(usage.tokens.input, request.input - cached)
        var counted = cached
        // Token by token, as long as the allowance of the month lasts.
        if request.month == account.month {
            counted = 0
            let plan = account.plan.flatMap(catalogue.plan)
            let used = sum(request.key.account, account.month, \.metered.cachedRead)
            while counted < cached, used + counted < plan?.allowances.cachedRead ?? .max { counted += 1 }
        }
        requests[index].metered = Tokens(
            input: input + cached - counted, output: min(usage.tokens.output, request.output), cachedRead: counted)
        return requests[index].charged
    }

    /// From what is left of everything, as if it were admitted now: credit by credit and token by token where that is plainest.
    private mutating func settleLate(_ index: Int, _ usage: Usage, at time: Timestamp) -> Credits {
        requests[index].isExpired = false
        let request = requests[index]
        let account = account(request.key.account, at: time)
        accounts[request.key.account] = account
        let plan = account.plan.flatMap(catalogue.plan)
        let others = requests.filter { $0.key.account == request.key.account && $0.admission.request != request.admission.request }
        let month = others.filter { $0.month == account.month }
        func spent(_ requests: [Request]) -> Credits { requests.reduce(.zero) { $0 + ($1.charged ?? $1.held) } }
        var bounds = [request.model.prices.cost(of: usage.tokens), request.held, account.deposits - spent(others)]
        if request.month == account.month, request.model.isHighCost, let plan {
            bounds.append(plan.highCostBudget - spent(month.filter { $0.model.isHighCost }))
        }
        // A key's month goes on with its own requests' alone, but both have seen this moment.
        if request.month == account.month, let budget = request.key.policy.monthlyBudget {
            bounds.append(budget - spent(month.filter { $0.key.id == request.key.id }))
        }
        let charged = max(.zero, bounds.min()!)
        requests[index].charged = charged
        var metered = Tokens(
            input: min(usage.tokens.input, request.input - min(usage.tokens.cachedRead, request.input)),
            output: min(usage.tokens.output, request.output), cachedRead: min(usage.tokens.cachedRead, request.input))
        if request.month == account.month, let plan {
            func taken(_ value: (Tokens) -> Int64) -> Int64 {
                month.reduce(0) { $0 + value($1.metered) + ($1.isOpen ? value(Tokens(input: $1.input, output: $1.output)) : 0) }
            }
            let cachedLeft = max(0, plan.allowances.cachedRead - taken(\.cachedRead))
            let excess = max(0, metered.cachedRead - cachedLeft)
            var left = max(0, plan.capTokens - taken(\.total))
            metered.output = max(0, min(metered.output, plan.allowances.output - taken(\.output), left))
            left -= metered.output
            metered.input = max(0, min(metered.input + excess, plan.allowances.input - taken(\.input), left))
            left -= metered.input
            metered.cachedRead = min(metered.cachedRead - excess, left)
        }
        requests[index].metered = metered
        return charged
    }

    public mutating func create(_ order: RechargeOrder) { orders[order.id] = order }

    public mutating func confirm(_ confirmation: OrderConfirmation) {
        let order = orders[confirmation.order]!
        var account = account(order.account, at: confirmation.at)
        account.deposits += order.credits
        let ranks = catalogue.plans.map(\.id)
        if let present = account.plan, ranks.firstIndex(of: order.plan)! < ranks.firstIndex(of: present)! {
            account.nextPlan = order.plan
        } else {
            (account.plan, account.nextPlan) = (order.plan, nil)
        }
        accounts[order.account] = account
    }

    public mutating func setPlan(_ id: AccountID, _ plan: String, at time: Timestamp) {
        guard catalogue.plan(plan) != nil else { return }
        var account = account(id, at: time)
        (account.plan, account.nextPlan) = (plan, nil)
        accounts[id] = account
    }

    // MARK: Sums

    /// The wallet as it must be, but for its rate windows and its journal's length.
    public func wallet(_ id: AccountID) -> Wallet {
        let account = accounts[id]!
        var wallet = Wallet(account: id, month: account.month)
        wallet.plan = account.plan
        wallet.nextPlan = account.nextPlan
        let own = requests.filter { $0.key.account == id }
        wallet.posted = own.reduce(account.deposits) { $0 - ($1.charged ?? .zero) }
        wallet.held = own.filter(\.isOpen).reduce(.zero) { $0 + $1.held }
        wallet.openHolds = Int64(own.count(where: \.isOpen))
        let month = own.filter { $0.month == account.month }
        for request in month { wallet.used += request.metered }
        for request in month where request.isOpen { wallet.heldTokens += Tokens(input: request.input, output: request.output) }
        for request in month where request.model.isHighCost {
            wallet.highCostUsed += request.charged ?? .zero
            if request.isOpen { wallet.highCostHeld += request.held }
        }
        return wallet
    }

    /// Times of the requests that were admitted for a wallet, as the rate counts them.
    public func rateTimes(_ id: AccountID) -> [Int64] { Self.running(requests.filter { $0.key.account == id }.map(\.time)) }

    private func account(_ id: AccountID, at time: Timestamp) -> Account {
        var account = accounts[id]!
        if time.month > account.month {
            account.month = time.month
            account.plan = account.nextPlan ?? account.plan
            account.nextPlan = nil
        }
        return account
    }

    private func sum(_ id: AccountID, _ month: Month, _ value: (Request) -> Int64) -> Int64 {
        requests.filter { $0.key.account == id && $0.month == month }.reduce(0) { $0 + value($1) }
    }

    /// Requests that still count: those within a second of a group's first leave with the group's last.
    private static func inWindow(_ times: [Int64], at time: Timestamp) -> Int64 {
        let times = running(times)
        let now = max(time.milliseconds, times.last ?? 0)
        var groups: [[Int64]] = []
        for time in times {
            if let first = groups.last?.first, time - first < 1_000 { groups[groups.count - 1].append(time) } else { groups.append([time]) }
        }
        return groups.filter { $0.last! > now - 60_000 }.reduce(0) { $0 + Int64($1.count) }
    }

    /// Times as the rate counts them: never before one that came earlier, whatever the clock said.
    private static func running(_ times: [Int64]) -> [Int64] {
        var latest = Int64.min
        return times.map { time in
            latest = max(latest, time)
            return latest
        }
    }

    // MARK: One model

    private func route(_ request: ModelRequest, key: Key, plan: Plan) -> Result<[Model], Refusal> {
        var names: [String]
        switch request {
        case .automatic: names = plan.route
        case .named(let name), .assumed(let name): names = [name] + (key.policy.fallsBack ? plan.route.filter { $0 != name } : [])
        case .fallback(let list): names = list
        }
        guard names.allSatisfy({ catalogue.model($0) != nil }) else { return .failure(Refusal(.modelNotFound, "")) }
        names = names.filter { key.policy.models.isEmpty || key.policy.models.contains($0) }
        return names.isEmpty ? .failure(Refusal(.modelNotAllowed, "")) : .success(names.map { catalogue.model($0)! })
    }

    /// A rule: whether an answer of so many tokens in all keeps it.
    private struct Rule {
        let code: Refusal.Code
        let dependsOnInput: Bool
        let isKept: (Int64) -> Bool
    }

    private func decide(
        _ admission: AdmissionRequest, _ model: Model, key: Key, plan: Plan, account: Account, own: [Request]
    ) -> (Decision, Int) {
        guard catalogue.servedModels.contains(model.name) else { return (.refused(.noUpstreamAvailable), -1) }
        let rules = rules(admission, model, key: key, plan: plan, account: account, own: own)
        let most = min(admission.askedOutputTokens ?? 1_000, 1_000)
        let least = admission.leastOutputTokens
        // Where there is no output, no length has to be found.
        func largest(_ rules: [Rule]) -> Int64 {
            (least...(least == 0 ? 0 : most)).last { limit in rules.allSatisfy { $0.isKept(limit * admission.choices) } } ?? -1
        }
        let limit = largest(rules)
        if limit < least {
            let stage = rules.firstIndex { !$0.isKept(least * admission.choices) }!
            if rules[stage].dependsOnInput, !admission.input.isFinal { return (.countNeeded, stage) }
            return (.refused(rules[stage].code), stage)
        }
        let output = limit * admission.choices
        if !admission.input.isFinal {
            if limit < largest(rules.filter { !$0.dependsOnInput }) { return (.countNeeded, 99) }
            if !fitsManyTimes(admission.input.tokens, output, model, key: key, plan: plan, account: account, own: own) {
                return (.countNeeded, 99)
            }
        }
        return (.admitted(model: model.name, limit: limit, credits: cost(admission.input.tokens, output, model)), 99)
    }

    /// A bound is good enough only where 64 of its kind would fit into what is left.
    private func fitsManyTimes(
        _ input: Int64, _ output: Int64, _ model: Model, key: Key, plan: Plan, account: Account, own: [Request]
    ) -> Bool {
        let month = own.filter { $0.month == account.month }
        let wallet = wallet(key.account)
        let credits = cost(input, output, model).thousandths * 64
        func left(_ budget: Credits, _ requests: [Request]) -> Int64 {
            requests.reduce(budget) { $0 - ($1.charged ?? $1.held) }.thousandths
        }
        let inputTaken = month.reduce(0) { $0 + $1.metered.input + ($1.isOpen ? $1.input : 0) }
        let allTaken = month.reduce(0) { $0 + $1.metered.total + ($1.isOpen ? $1.input + $1.output : 0) }
        return credits <= (wallet.posted - wallet.held).thousandths
            && input * 64 <= plan.allowances.input - inputTaken
            && (input + output) * 64 <= plan.capTokens - allTaken
            && (!model.isHighCost || credits <= left(plan.highCostBudget, month.filter { $0.model.isHighCost }))
            && (key.policy.monthlyBudget.map { credits <= left($0, month.filter { $0.key.id == key.id }) } ?? true)
    }

    private func cost(_ input: Int64, _ output: Int64, _ model: Model) -> Credits {
        max(
            model.prices.cost(of: Tokens(input: input, output: output)), model.prices.cost(of: Tokens(output: output, cachedRead: input)))
    }

    private func rules(
        _ admission: AdmissionRequest, _ model: Model, key: Key, plan: Plan, account: Account, own: [Request]
    ) -> [Rule] {
        let input = admission.input.tokens
        let month = own.filter { $0.month == account.month }
        let rule = model.isHighCost ? plan.highCostRule : nil
        func taken(_ value: (Request) -> Int64, _ held: (Request) -> Int64) -> Int64 {
            month.reduce(0) { $0 + value($1) + ($1.isOpen ? held($1) : 0) }
        }
        func spent(_ requests: [Request]) -> Credits { requests.reduce(.zero) { $0 + ($1.charged ?? $1.held) } }
        let ruled = own.filter(\.isRuled).map(\.time)
        return [
            Rule(code: .invalidRequest, dependsOnInput: false) {
                $0 <= plan.maxOutputTokens && $0 <= key.policy.maxOutputTokens ?? .max && $0 <= rule?.maxOutputTokens ?? .max
            },
            Rule(code: .contextLengthExceeded, dependsOnInput: true) {
                input + $0 <= plan.contextTokens && input + $0 <= model.contextTokens && input + $0 <= rule?.contextTokens ?? .max
            },
            Rule(code: .rateLimitExceeded, dependsOnInput: false) { _ in
                rule.map { Self.inWindow(ruled, at: admission.at) < $0.requestsPerMinute } ?? true
            },
            Rule(code: .highCostBudgetExhausted, dependsOnInput: true) {
                !model.isHighCost || spent(month.filter { $0.model.isHighCost }) + cost(input, $0, model) <= plan.highCostBudget
            },
            Rule(code: .inputAllowanceExhausted, dependsOnInput: true) { _ in
                taken(\.metered.input, \.input) + input <= plan.allowances.input
            },
            Rule(code: .outputAllowanceExhausted, dependsOnInput: false) {
                taken(\.metered.output, \.output) + $0 <= plan.allowances.output
            },
            Rule(code: .monthlyCapReached, dependsOnInput: true) {
                taken(\.metered.total) { $0.input + $0.output } + input + $0 <= plan.capTokens
            },
            Rule(code: .keyBudgetExhausted, dependsOnInput: true) { output in
                key.policy.monthlyBudget.map { spent(month.filter { $0.key.id == key.id }) + cost(input, output, model) <= $0 } ?? true
            },
            Rule(code: .insufficientBalance, dependsOnInput: true) {
                let wallet = wallet(key.account)
                return cost(input, $0, model) <= wallet.posted - wallet.held
            },
        ]
    }
}
