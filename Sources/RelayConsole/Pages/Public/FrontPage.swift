import RelayDomain

/// `/`: what this is, what it costs, and what it promises about money.
struct FrontPage {
    let catalogue: Catalogue
    /// Networks on which customers pay.
    let networks: [PaymentNetwork]
    let input: CalculatorInput

    private var list: PriceList { PriceList(catalogue) }

    var html: String {
        FrontTemplate.page.html(
            title: "Prepaid access to OpenAI-compatible models", at: "/",
            [
                "hasPlans": !catalogue.plans.isEmpty, "plans": catalogue.plans.map(plan), "vocabulary": vocabulary,
                "meters": meters, "isStandard": list.usual == .standard, "hasExceptions": !list.exceptions.isEmpty,
                "hasModels": !catalogue.models.isEmpty, "models": catalogue.models.map(model),
                "calculator": CalculatorForm(input: input, list: list).values, "rules": BillingRules.all.map { ["rule": $0] },
                "hasNetworks": !networks.isEmpty, "networks": networks.map(\.title).joined(separator: ", "),
            ])
    }

    private func plan(_ plan: Plan) -> [String: Any] {
        PlanCard(plan: plan, highCostModels: catalogue.models.filter(\.isHighCost).map(\.name)).values
    }

    /// The built-in catalogue has nothing but GPT; what an operator's own has is not known here.
    private var vocabulary: String { catalogue.models == Catalogue.builtInModels ? "GPT versions" : "models" }

    private var meters: [[String: Any]] {
        [
            ("input tokens", list.usual.input, "reported usage, cached reads excluded"),
            ("output tokens", list.usual.output, "reported usage, reasoning tokens included"),
            ("cached read tokens", list.usual.cachedRead, list.usual == .standard ? "cache hits, at the lower weight" : "cache hits"),
        ].map { ["meter": $0, "price": PageFigures.price($1), "note": $2] }
    }

    private func model(_ model: Model) -> [String: Any] {
        [
            "name": model.name, "input": PageFigures.price(model.prices.input), "output": PageFigures.price(model.prices.output),
            "cachedRead": PageFigures.price(model.prices.cachedRead), "context": PageFigures.grouped(model.contextTokens),
            "isHighCost": model.isHighCost,
        ]
    }
}

extension PaymentNetwork {
    /// As its people write it.
    var title: String {
        switch self {
        case .tron: "TRON"
        case .ethereum: "Ethereum"
        case .bsc: "BNB Smart Chain"
        case .polygon: "Polygon"
        }
    }
}
