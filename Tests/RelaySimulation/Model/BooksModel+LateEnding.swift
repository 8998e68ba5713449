import RelayDomain

extension BooksModel {
    /// The rule for a settlement that comes after its hold has expired: it is charged from what is left of everything by now.
    mutating func settleLate(_ hold: Open, _ usage: Usage, at time: Timestamp, _ catalogue: Catalogue) -> Outcome {
        expired[hold.request] = nil
        var wallet = wallets[hold.account]!
        wallet.roll(to: time.month)
        let tokens = usage.source == .none ? Tokens.zero : usage.tokens
        let cost = Self.cost(of: tokens, hold.model)
        let plan = wallet.plan.flatMap(catalogue.plan)
        let holds = holds(of: hold.account)
        let current = holds.filter { $0.month == wallet.month }
        var bounds = [cost, hold.held, holds.reduce(wallet.posted) { $0 - $1.held }]
        if hold.isKeyCounted, let (hash, found) = key(hold.key) {
            var key = found
            key.month = max(key.month, time.month)
            keys[hash] = key
            if key.month == hold.month, let budget = key.key.policy.monthlyBudget {
                bounds.append(budget - spent(key, in: hold.month, without: nil))
            }
        }
        if hold.model.isHighCost, hold.month == wallet.month, let plan {
            bounds.append(
                current.filter(\.model.isHighCost).reduce(plan.highCostBudget - (wallet.highCost[hold.month] ?? .zero)) { $0 - $1.held })
        }
        // Its key was freed: whoever repeated it has paid.
        let isFree = hold.claim != nil
        let charge = isFree ? .zero : max(.zero, bounds.min()!)
        let metered =
            isFree
            ? .zero : hold.month == wallet.month && plan != nil ? metered(tokens, hold, wallet, plan!, current) : metered(tokens, hold)
        let absorbed = cost - charge
        wallet.posted -= charge
        charged += charge
        wallet.transfers += (charge > .zero ? 1 : 0) + (absorbed > .zero ? 1 : 0)
        wallet.used[hold.month, default: .zero] += metered
        if hold.model.isHighCost { wallet.highCost[hold.month, default: .zero] += charge }
        wallets[hold.account] = wallet
        if hold.isKeyCounted, let (hash, found) = key(hold.key) {
            var key = found
            key.used[hold.month, default: .zero] += charge
            keys[hash] = key
        }
        ended[hold.request] = Ended(
            account: hold.account, state: .settled, charged: charge, absorbed: absorbed, metered: metered, held: hold.held,
            model: hold.model.name, month: hold.month)
        endedLately.insert(hold.request)
        if usage.source != .reported, hold.held > .zero {
            list(.unreportedUsage, of: hold.account, as: ReviewID(high: hold.request.high, low: hold.request.low))
        }
        return .ended(.settled, charged: charge, available: available(hold.account), isFirst: true)
    }

    /// As if nothing but the hold bounded it.
    private func metered(_ tokens: Tokens, _ hold: Open) -> Tokens {
        let cached = min(tokens.cachedRead, hold.input)
        return Tokens(input: min(tokens.input, hold.input - cached), output: min(tokens.output, hold.output), cachedRead: cached)
    }

    /// Token by token: output first, then input, then what was read from the cache, each while its allowance and the cap last.
    private func metered(_ tokens: Tokens, _ hold: Open, _ wallet: WalletRow, _ plan: Plan, _ current: [Open]) -> Tokens {
        var rest = metered(tokens, hold)
        let used = wallet.used[hold.month] ?? .zero
        let cachedLeft = max(0, plan.allowances.cachedRead - used.cachedRead)
        // What the allowance for cached reads does not take counts as input.
        if rest.cachedRead > cachedLeft {
            rest.input += rest.cachedRead - cachedLeft
            rest.cachedRead = cachedLeft
        }
        var all = current.reduce(plan.capTokens - used.total) { $0 - $1.input - $1.output }
        var (input, output) = (
            current.reduce(plan.allowances.input - used.input) { $0 - $1.input },
            current.reduce(plan.allowances.output - used.output) { $0 - $1.output }
        )
        var counted = Tokens.zero
        while counted.output < rest.output, output > 0, all > 0 {
            (counted.output, output, all) = (counted.output + 1, output - 1, all - 1)
        }
        while counted.input < rest.input, input > 0, all > 0 { (counted.input, input, all) = (counted.input + 1, input - 1, all - 1) }
        while counted.cachedRead < rest.cachedRead, all > 0 { (counted.cachedRead, all) = (counted.cachedRead + 1, all - 1) }
        return counted
    }
}
