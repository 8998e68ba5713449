import RelayDomain

/// `{"id","account","name","secret","prefix","state","policy":{…},"counters"}`; `state` is `active`, `revoked` or `expired`.
struct KeyView {
    let key: Key
    /// Only in the answer to the key's creation.
    var secret: KeySecret?
    let now: Timestamp

    var json: JSONValue {
        var fields: [JSONValue.Field] = []
        func add(_ name: String, _ value: JSONValue) { fields.append(JSONValue.Field(name: name, value: value)) }
        add("id", .id(key.id))
        add("account", .id(key.account))
        add("name", .string(key.name))
        if let secret { add("secret", .string(secret.text)) }
        add("prefix", .string(key.displayPrefix))
        add("state", .string(state))
        add("policy", policy)
        if secret == nil { add("counters", counters) }
        return .object(fields)
    }

    private var state: String {
        if key.revokedAt != nil { return "revoked" }
        return key.isValid(at: now) ? "active" : "expired"
    }

    /// All fields of a policy, `null` where the key has no limit of its own.
    private var policy: JSONValue {
        let policy = key.policy
        func list(_ texts: [String]) -> JSONValue { texts.isEmpty ? .null : .array(texts.map(JSONValue.string)) }
        return [
            "models": list(policy.models),
            "monthly_budget_credits": .credits(policy.monthlyBudget),
            "rpm": .integer(policy.requestsPerMinute),
            "concurrency": .integer(policy.concurrency),
            "max_output_tokens": .integer(policy.maxOutputTokens),
            "expires_at": .time(policy.expiresAt),
            "networks": list(policy.networks.map(\.description)),
            "fallback": .bool(policy.fallsBack),
            "on_disconnect": .text(policy.onDisconnect?.rawValue),
        ]
    }

    /// What a key with limits of its own has used of them; `null` where nothing is counted.
    private var counters: JSONValue {
        guard key.isCounted else { return .null }
        var counters = key.counters
        counters.roll(to: now.month)
        let rate = key.policy.requestsPerMinute.map { counters.rate.status(of: $0, at: now) }
        return [
            "month": .string(counters.month.description),
            "used_credits": .credits(counters.used),
            "held_credits": .credits(counters.held),
            "requests_in_flight": .integer(counters.openHolds),
            "requests_last_minute": .integer(rate?.used),
        ]
    }
}
