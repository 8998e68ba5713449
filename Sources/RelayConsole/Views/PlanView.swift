import RelayDomain

/// A plan with all its figures. `price_usd` is what a recharge costs, `credits` what it adds; allowances, cap and budget are a calendar month's.
struct PlanView {
    let plan: Plan

    var json: JSONValue {
        let audience = PlanAudience.of(plan)
        return [
            "id": .string(plan.id),
            "name": .string(plan.name),
            "for": .text(audience?.text),
            "most_popular": .bool(audience?.isMostPopular ?? false),
            "price_usd": .string(plan.price.usd),
            "credits": .credits(plan.credits),
            "allowances": [
                "input": .integer(plan.allowances.input),
                "output": .integer(plan.allowances.output),
                "cached_read": .integer(plan.allowances.cachedRead),
            ],
            "cap": .integer(plan.capTokens),
            "context": .integer(plan.contextTokens),
            "max_output_tokens": .integer(plan.maxOutputTokens),
            "rpm": .integer(plan.requestsPerMinute),
            "concurrency": .integer(plan.concurrency),
            "high_cost_budget_credits": .credits(plan.highCostBudget),
            "high_cost_budget_usd": .string(plan.highCostBudget.usd),
            "route": .array(plan.route.map(JSONValue.string)),
            "high_cost_rule": plan.highCostRule.map(rule) ?? .null,
        ]
    }

    private func rule(_ rule: Plan.HighCostRule) -> JSONValue {
        [
            "context": .integer(rule.contextTokens),
            "max_output_tokens": .integer(rule.maxOutputTokens),
            "rpm": .integer(rule.requestsPerMinute),
        ]
    }
}
