import RelayDomain

extension KeyPolicy {
    /// Reads the policy of a new key.
    /// - Throws: `invalid_request` for nonsense. That its models exist is the ledger's to say.
    init(_ fields: consuming Fields, now: Timestamp) throws(Refusal) {
        self.init()
        models = try Self.list(fields.optionalTexts("models", .modelName), "models", most: ConsoleLimits.policyModels)
        monthlyBudget = try Self.budget(&fields)
        requestsPerMinute = try fields.optionalNumber("rpm", in: 1...ConsoleLimits.policyNumber)
        concurrency = try fields.optionalNumber("concurrency", in: 1...ConsoleLimits.policyNumber)
        maxOutputTokens = try fields.optionalNumber("max_output_tokens", in: 1...TokenLimit.maximum)
        expiresAt = try fields.optionalTime("expires_at")
        if let expiresAt, expiresAt <= now {
            throw Refusal(.invalidRequest, "`expires_at` lies in the future.", param: "expires_at")
        }
        networks = try Self.networks(&fields)
        fallsBack = try fields.optionalBool("fallback") ?? false
        onDisconnect = try fields.optionalChoice("on_disconnect")
        try fields.finish()
    }

    private static func list(_ texts: [String]?, _ name: String, most: Int) throws(Refusal) -> [String] {
        guard let texts else { return [] }
        guard (1...most).contains(texts.count), Set(texts).count == texts.count else {
            throw Refusal(.invalidRequest, "`\(name)` is a list of 1 to \(most), each once. Leave it out to allow all.", param: name)
        }
        return texts
    }

    private static func budget(_ fields: inout Fields) throws(Refusal) -> Credits? {
        guard let budget = try fields.optionalCredits("monthly_budget_credits") else { return nil }
        guard budget > .zero else {
            throw Refusal(.invalidRequest, "`monthly_budget_credits` is above zero.", param: "monthly_budget_credits")
        }
        return budget
    }

    private static func networks(_ fields: inout Fields) throws(Refusal) -> [Network] {
        var networks: [Network] = []
        for text in try list(fields.optionalTexts("networks", .network), "networks", most: ConsoleLimits.policyNetworks) {
            guard let network = Network(text) else {
                throw Refusal(
                    .invalidRequest, "`networks` holds networks like 192.0.2.0/24 or 2001:db8::/32.", param: "networks")
            }
            networks.append(network)
        }
        return networks
    }
}
