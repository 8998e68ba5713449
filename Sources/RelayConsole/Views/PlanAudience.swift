import RelayDomain

/// What is said of a built-in plan beside its figures.
struct PlanAudience {
    /// Whom it is made for, in a line.
    let text: String
    var isMostPopular = false
    /// What its rule for high-cost models comes to, behind the models' names.
    let highCostRule: String

    /// Known for the built-in plans alone: an operator who changes a plan's figures changes whom it fits.
    static func of(_ plan: Plan) -> PlanAudience? {
        Catalogue.builtInPlans.contains(plan) ? builtIn[plan.id] : nil
    }

    private static let builtIn = [
        "starter": PlanAudience(
            text: "prototypes, small tools, light API use",
            highCostRule: "only for short, low-frequency requests: 8,000 tokens of context, 512 of output, 2 requests a minute"),
        "pro": PlanAudience(text: "developers and teams in production", isMostPopular: true, highCostRule: "within the budget"),
        "business": PlanAudience(
            text: "higher concurrency, longer context, priority routing", highCostRule: "within the larger budget, strictly capped"),
    ]
}
