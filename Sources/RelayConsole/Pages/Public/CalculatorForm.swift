import RelayDomain

/// The deduction calculator, filled in and answered.
struct CalculatorForm {
    let input: CalculatorInput
    let list: PriceList

    private var prices: Prices? { list.prices(for: input.model) }

    /// What the example, or what was asked, costs; nil where it cannot be said.
    var cost: Credits? {
        guard let tokens = input.tokens, let prices else { return nil }
        return prices.cost(of: tokens)
    }

    var values: [String: Any] {
        [
            "prices": Self.data(list.usual), "fields": CalculatorInput.Meter.allCases.map(field), "hasModels": !list.exceptions.isEmpty,
            "models": models, "isModelUnknown": prices == nil, "isFaulty": cost == nil,
            "credits": cost.map { PageFigures.grouped($0) } ?? "–", "dollars": cost.map(PageFigures.fullDollars) ?? "–",
            "limit": PageFigures.grouped(TokenLimit.maximum),
        ]
    }

    private func field(_ meter: CalculatorInput.Meter) -> [String: Any] {
        let entry = input.entries[meter]
        let (label, hint) =
            switch meter {
            case .input: ("Input tokens", "cached reads excluded")
            case .output: ("Output tokens", "reasoning tokens included")
            case .cachedRead: ("Cached read tokens", "cache hits")
            }
        return [
            "id": "calculator-" + meter.rawValue.replacing("_", with: "-"), "name": meter.rawValue, "label": label, "hint": hint,
            "value": entry?.text ?? "", "isFaultyField": entry?.count == nil,
        ]
    }

    private var models: [[String: Any]] {
        [["value": "", "label": "Models at the usual prices", "data": Self.data(list.usual), "isChosen": input.model.isEmpty]]
            + list.exceptions.map {
                ["value": $0.name, "label": $0.name, "data": Self.data($0.prices), "isChosen": $0.name == input.model]
            }
    }

    /// For the script: thousandths of a credit for 1,000,000 tokens of each meter.
    private static func data(_ prices: Prices) -> String {
        [prices.input, prices.output, prices.cachedRead].map { String($0.thousandths) }.joined(separator: ",")
    }
}
