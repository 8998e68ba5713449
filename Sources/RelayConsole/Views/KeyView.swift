import RelayDomain

/// `{"id","account","name","secret","prefix","state","policy":{…}}`; `state` is `active`, `revoked` or `expired`.
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
        return .object(fields)
    }

    private var state: String {
        if key.revokedAt != nil { return "revoked" }
        return key.isValid(at: now) ? "active" : "expired"
    }

    /// All fields of a policy, `null` where the key has no limit of its own.
    private var policy: JSONValue {
        [
            "models": key.policy.models.isEmpty ? .null : .array(key.policy.models.map(JSONValue.string)),
            "monthly_budget_credits": .null,
            "rpm": .null,
            "concurrency": .null,
            "max_output_tokens": .integer(key.policy.maxOutputTokens),
            "expires_at": .time(key.policy.expiresAt),
            "networks": .null,
            "fallback": .null,
            "on_disconnect": .null,
        ]
    }
}
