/// Keys as a person reads them.
enum KeyText {
    static func one(_ key: JSONValue) -> String {
        let policy = key["policy"]
        var facts = [
            ("key", key["id"].text), ("account", key["account"].text), ("name", key["name"].text), ("prefix", key["prefix"].text),
            ("state", key["state"].text), ("models", policy["models"] == .null ? "all" : policy["models"].text),
            ("monthly budget", policy["monthly_budget_credits"] == .null ? "none" : policy["monthly_budget_credits"].money),
            ("requests a minute", policy["rpm"] == .null ? "as the plan" : policy["rpm"].text),
            ("concurrency", policy["concurrency"] == .null ? "as the plan" : policy["concurrency"].text),
            ("networks", policy["networks"] == .null ? "everywhere" : policy["networks"].text),
            ("fallback", policy["fallback"].isTrue ? "to the plan's route" : "none"),
            ("on disconnect", policy["on_disconnect"] == .null ? "as the relay" : policy["on_disconnect"].text),
            ("max output tokens", policy["max_output_tokens"] == .null ? "as the plan" : policy["max_output_tokens"].text),
            ("expires", policy["expires_at"] == .null ? "never" : policy["expires_at"].text),
        ]
        guard let secret = key["secret"].string else { return Table.facts(facts) }
        facts.append(("secret", secret))
        return Table.facts(facts) + "\n\nThe secret is shown this once; only its hash is kept."
    }

    static func list(_ keys: JSONValue) -> String {
        ListText.table(keys, ["KEY", "ACCOUNT", "NAME", "PREFIX", "STATE", "MODELS", "EXPIRES"]) { key in
            ["id", "account", "name", "prefix", "state"].map { key[$0].text }
                + [
                    key["policy"]["models"] == .null ? "all" : key["policy"]["models"].text,
                    key["policy"]["expires_at"] == .null ? "never" : key["policy"]["expires_at"].text,
                ]
        }
    }
}
