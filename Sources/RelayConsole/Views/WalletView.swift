import RelayDomain

/// Money, the month's meters, and what is left of each limit. Without a plan there are no limits to show: they are `null`.
struct WalletView {
    /// As it stands in the month that it is shown in.
    private let wallet: Wallet
    /// The wallet's plan, where the catalogue has it.
    private let plan: Plan?
    private let now: Timestamp

    init(wallet: Wallet, catalogue: Catalogue, now: Timestamp) {
        self.wallet = wallet.rolled(to: now.month)
        plan = self.wallet.plan.flatMap(catalogue.plan)
        self.now = now
    }

    var json: JSONValue {
        [
            "account": .id(wallet.account),
            "plan": .text(wallet.plan),
            "next_plan": .text(wallet.nextPlan),
            "credits": .credits(wallet.posted),
            "held_credits": .credits(wallet.held),
            "available_credits": .credits(wallet.available),
            "month": .string(wallet.month.description),
            "requests_in_flight": .integer(wallet.openHolds),
            "concurrency": .integer(plan?.concurrency),
            "rate": rate,
            "meters": meters,
            "high_cost": highCost,
            "resets_at": .time(wallet.month.next.start),
        ]
    }

    /// Requests a minute: those of the last one, and what the plan allows.
    private var rate: JSONValue {
        let status = wallet.rate.status(of: plan?.requestsPerMinute ?? 0, at: now)
        return [
            "used": .integer(status.used),
            "limit": .integer(plan?.requestsPerMinute),
            "remaining": .integer(plan.map { _ in status.remaining }),
        ]
    }

    private var meters: JSONValue {
        let (used, held) = (wallet.used, wallet.heldTokens)
        return [
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
        [
            "used_credits": .credits(wallet.highCostUsed),
            "held_credits": .credits(wallet.highCostHeld),
            "budget_credits": .credits(plan?.highCostBudget),
            "remaining_credits": .credits(plan.map { max(.zero, $0.highCostBudget - wallet.highCostUsed - wallet.highCostHeld) }),
        ]
    }
}
