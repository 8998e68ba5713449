import RelayDomain

/// A plan with every figure of it, as it stands on the front page.
struct PlanCard {
    let plan: Plan
    /// Names of the catalogue's high-cost models.
    let highCostModels: [String]

    private var audience: PlanAudience? { PlanAudience.of(plan) }

    var values: [String: Any] {
        [
            "name": plan.name, "isMostPopular": audience?.isMostPopular ?? false, "price": PageFigures.dollars(plan.price),
            "for": audience?.text ?? false, "rows": rows,
        ]
    }

    private var rows: [[String: Any]] {
        [
            text("Recharge", "\(PageFigures.dollars(plan.price)), adds \(PageFigures.dollars(plan.credits).dropFirst()) USD of credits"),
            count("Input allowance, a month", plan.allowances.input, "tokens"),
            count("Output allowance, a month", plan.allowances.output, "tokens"),
            count("Cached read allowance, a month", plan.allowances.cachedRead, "tokens"),
            count("Monthly cap, all tokens", plan.capTokens, "tokens"),
            count("Context (input + output of one request)", plan.contextTokens, "tokens"),
            count("Max output of one request", plan.maxOutputTokens, "tokens"),
            text("Rate limit", "\(PageFigures.grouped(plan.requestsPerMinute)) requests a minute"),
            text("Concurrency", PageFigures.grouped(plan.concurrency)),
            text("High-cost budget, a month", PageFigures.fullDollars(plan.highCostBudget)),
            text("Default route", plan.route.joined(separator: ", "), isTall: true),
            text("High-cost model rule", highCostRule, isTall: true),
        ]
    }

    private var highCostRule: String {
        guard !highCostModels.isEmpty else { return "no model of this catalogue is a high-cost one" }
        let names = highCostModels.joined(separator: ", ")
        if let audience { return "\(names) \(audience.highCostRule)" }
        guard let rule = plan.highCostRule else { return "\(names) within the budget" }
        return "\(names) only for short, low-frequency requests: \(PageFigures.grouped(rule.contextTokens)) tokens of context, "
            + "\(PageFigures.grouped(rule.maxOutputTokens)) of output, \(PageFigures.grouped(rule.requestsPerMinute)) requests a minute"
    }

    private func text(_ name: String, _ text: String, isTall: Bool = false) -> [String: Any] {
        ["row": name, "text": text, "exactly": false, "isTall": isTall]
    }

    /// In short, where the number is round, with the exact figure below.
    private func count(_ name: String, _ number: Int64, _ unit: String) -> [String: Any] {
        let exact = PageFigures.grouped(number)
        guard let short = PageFigures.short(number) else { return text(name, "\(exact) \(unit)") }
        return ["row": name, "text": "\(short) \(unit)", "exactly": exact, "isTall": false]
    }
}
