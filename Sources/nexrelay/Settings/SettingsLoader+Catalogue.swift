import RelayDomain

/// Bounds of what an operator may sell: far above any sense, and far below any overflow.
private enum CatalogueLimit {
    /// US dollars per 1,000,000 tokens, as credits.
    static let price = Credits(10_000_000_000)
    static let recharge = Credits(1_000_000_000_000)
    static let tokens: ClosedRange<Int64> = 0...1_000_000_000_000_000
    static let oneRequest: ClosedRange<Int64> = 1...1_000_000_000
    static let rate: ClosedRange<Int64> = 1...1_000_000_000
}

extension SettingsLoader {
    /// `models` and `plans`; each replaces its built-in counterpart whole.
    func catalogue(_ root: SettingsSection) -> (models: [Model], plans: [Plan]) {
        let models = models(root.optionalSection("models", isNamedByFile: true)) ?? Catalogue.builtInModels
        let names = Set(models.map(\.name))
        guard let section = root.optionalSection("plans", isNamedByFile: true) else {
            for plan in Catalogue.builtInPlans {
                for model in plan.route where !names.contains(model) {
                    root.fault("`models` has no `\(model)`, which the route of the built-in plan \(plan.id) names; write `plans` too")
                }
            }
            return (models, Catalogue.builtInPlans)
        }
        if section.keys.isEmpty { section.fault("`plans` must not be empty") }
        return (models, section.keys.compactMap { plan($0, section, models: names) })
    }

    private func models(_ section: SettingsSection?) -> [Model]? {
        guard let section else { return nil }
        if section.keys.isEmpty { section.fault("`models` must not be empty") }
        return section.keys.map { name in
            if !ModelName.isValid(name) || name == ModelRequest.automaticName {
                section.value(name).fault("is no name for a model: 1 to 128 letters, digits and `._:/-`, and not `auto`")
            }
            let model = section.section(name)
            defer { model.close() }
            let context = model.value("context").integer(in: CatalogueLimit.oneRequest)
            let isHighCost = model.value("high_cost").boolean()
            let prices = prices(model.section("prices"))
            return context.map { Model(name: name, prices: prices, contextTokens: $0, isHighCost: isHighCost ?? false) }
                ?? Model(name: name, prices: prices, isHighCost: isHighCost ?? false)
        }
    }

    private func prices(_ section: SettingsSection) -> Prices {
        defer { section.close() }
        func price(_ key: String) -> Credits? {
            section.value(key).dollars(in: .zero...CatalogueLimit.price, decimals: DollarText.mostDecimals)
        }
        return Prices(
            input: price("input") ?? Prices.standard.input, output: price("output") ?? Prices.standard.output,
            cachedRead: price("cached_read") ?? Prices.standard.cachedRead)
    }

    private func plan(_ id: String, _ parent: SettingsSection, models: Set<String>) -> Plan? {
        let place = parent.value(id)
        if !Self.isPlanID(id) { place.fault("is no id for a plan: 1 to 64 lower-case letters, digits, `_` and `-`") }
        let section = parent.section(id)
        defer { section.close() }
        func tokens(_ key: String, in range: ClosedRange<Int64>) -> Int64? {
            section.value(key, isRequired: true).integer(in: range)
        }
        let allowances = allowances(section.section("allowances", isRequired: true))
        let name = section.value("name").text("a name of 1 to 64 characters") { (1...64).contains($0.count) }
        let price = section.value("price_usd", isRequired: true).dollars(in: Credits(10_000)...CatalogueLimit.recharge, decimals: 2)
        let credits = section.value("credits", isRequired: true).credits(in: Credits(1)...CatalogueLimit.recharge)
        let cap = tokens("cap", in: CatalogueLimit.tokens)
        let context = tokens("context", in: CatalogueLimit.oneRequest)
        let maxOutput = tokens("max_output_tokens", in: CatalogueLimit.oneRequest)
        let rate = tokens("rpm", in: CatalogueLimit.rate)
        let concurrency = tokens("concurrency", in: CatalogueLimit.rate)
        let budget = section.value("high_cost_budget_credits", isRequired: true).credits(in: .zero...CatalogueLimit.recharge)
        let routeValue = section.value("route", isRequired: true)
        let route = routeValue.names { $0.modelName() }
        for model in route ?? [] where !models.contains(model) {
            routeValue.fault("names \(source.quoted(model)), a model that the catalogue does not have")
        }
        let rule = section.optionalSection("high_cost_rule").map(highCostRule)
        guard let allowances, let price, let credits, let cap, let context, let maxOutput, let rate, let concurrency, let budget, let route
        else { return nil }
        return Plan(
            id: id, name: name ?? id.prefix(1).uppercased() + id.dropFirst(), price: price, credits: credits, allowances: allowances,
            capTokens: cap, contextTokens: context, maxOutputTokens: maxOutput, requestsPerMinute: rate, concurrency: concurrency,
            highCostBudget: budget, route: route, highCostRule: rule ?? nil)
    }

    private func allowances(_ section: SettingsSection) -> Tokens? {
        defer { section.close() }
        let input = section.value("input", isRequired: true).integer(in: CatalogueLimit.tokens)
        let output = section.value("output", isRequired: true).integer(in: CatalogueLimit.tokens)
        let cachedRead = section.value("cached_read", isRequired: true).integer(in: CatalogueLimit.tokens)
        guard let input, let output, let cachedRead else { return nil }
        return Tokens(input: input, output: output, cachedRead: cachedRead)
    }

    private func highCostRule(_ section: SettingsSection) -> Plan.HighCostRule? {
        defer { section.close() }
        let context = section.value("context", isRequired: true).integer(in: CatalogueLimit.oneRequest)
        let maxOutput = section.value("max_output_tokens", isRequired: true).integer(in: CatalogueLimit.oneRequest)
        let rate = section.value("rpm", isRequired: true).integer(in: CatalogueLimit.rate)
        guard let context, let maxOutput, let rate else { return nil }
        return Plan.HighCostRule(contextTokens: context, maxOutputTokens: maxOutput, requestsPerMinute: rate)
    }

    private static func isPlanID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { ASCIIByte.isDigit($0) || (0x61...0x7A).contains($0) || $0 == 0x5F || $0 == 0x2D }
    }
}
