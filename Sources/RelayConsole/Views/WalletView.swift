import RelayDomain

/// Money, the month's meters, and what is left of each limit. Without a plan there are no limits to show: they are `null`.
struct WalletView {
    let wallet: Wallet
    /// The wallet's plan, where the catalogue has it.
    let plan: Plan?
    let now: Timestamp

    var json: JSONValue {
        [
            "account": .id(wallet.account),
            "plan": .text(wallet.plan),
            "credits": .credits(wallet.posted),
            "held_credits": .credits(wallet.held),
            "available_credits": .credits(wallet.available),
            "month": .string(month.description),
            "requests_in_flight": .integer(wallet.openHolds),
            "meters": meters,
            "high_cost": highCost,
            "resets_at": .time(month.next.start),
        ]
    }

    /// The counters stand in the wallet as its last command left them, which may have been in a month before this one.
    private var isCounted: Bool { wallet.month >= now.month }
    private var month: Month { max(wallet.month, now.month) }
    private var used: Tokens { isCounted ? wallet.used : .zero }
    private var held: Tokens { isCounted ? wallet.heldTokens : .zero }

    private var meters: JSONValue {
        [
            "input": meter(used.input, held.input, "allowance", plan?.allowances.input),
            "output": meter(used.output, held.output, "allowance", plan?.allowances.output),
            "cached_read": meter(used.cachedRead, held.cachedRead, "allowance", plan?.allowances.cachedRead),
            "total": meter(used.total, held.total, "cap", plan?.capTokens),
        ]
    }

    private func meter(_ used: Int64, _ held: Int64, _ limitName: String, _ limit: Int64?) -> JSONValue {
        [
            "used": .integer(used),
            "held": .integer(held),
            limitName: .integer(limit),
            "remaining": .integer(limit.map { max(0, $0 - used - held) }),
        ]
    }

    private var highCost: JSONValue {
        let used = isCounted ? wallet.highCostUsed : .zero
        let held = isCounted ? wallet.highCostHeld : .zero
        return [
            "used_credits": .credits(used),
            "held_credits": .credits(held),
            "budget_credits": .credits(plan?.highCostBudget),
            "remaining_credits": .credits(plan.map { max(.zero, $0.highCostBudget - used - held) }),
        ]
    }
}
