/// Webhooks and their deliveries as a person reads them.
enum WebhookText {
    static func one(_ webhook: JSONValue) -> String {
        var facts = [
            ("webhook", webhook["id"].text), ("account", owner(webhook)), ("url", webhook["url"].text), ("events", events(webhook)),
            ("state", webhook["state"].text), ("disabled because", webhook["disabled_because"].text),
            ("failing since", webhook["failing_since"].text), ("former secret until", webhook["former_secret_until"].text),
            ("created", webhook["created_at"].text),
        ]
        guard let secret = webhook["secret"].string else { return Table.facts(facts) }
        facts.append(("secret", secret))
        return Table.facts(facts) + "\n\nThe secret is shown this once; it is kept encrypted."
    }

    static func list(_ webhooks: JSONValue) -> String {
        ListText.table(webhooks, ["WEBHOOK", "ACCOUNT", "STATE", "FAILING SINCE", "EVENTS", "URL"]) { webhook in
            [
                webhook["id"].text, owner(webhook), webhook["state"].text, webhook["failing_since"].text, events(webhook),
                webhook["url"].text,
            ]
        }
    }

    static func deleted(_ answer: JSONValue) -> String { "\(answer["id"].text) is gone, with its deliveries." }

    static func delivery(_ delivery: JSONValue) -> String {
        Table.facts([
            ("delivery", delivery["id"].text), ("webhook", delivery["webhook"].text), ("account", owner(delivery)),
            ("event", delivery["event"].text), ("type", delivery["type"].text), ("state", delivery["state"].text),
            ("attempts", delivery["attempts"].text), ("last status", delivery["last_status"].text),
            ("last error", delivery["last_error"].text), ("next attempt", delivery["next_attempt_at"].text),
            ("created", delivery["created_at"].text), ("delivered", delivery["delivered_at"].text),
        ])
    }

    static func deliveries(_ deliveries: JSONValue) -> String {
        ListText.table(deliveries, ["DELIVERY", "WEBHOOK", "EVENT", "STATE", ">ATTEMPTS", "NEXT", "ERROR"]) { delivery in
            ["id", "webhook", "event", "state", "attempts", "next_attempt_at", "last_error"].map { delivery[$0].text }
        }
    }

    private static func owner(_ item: JSONValue) -> String { item["account"] == .null ? "the operator" : item["account"].text }

    private static func events(_ webhook: JSONValue) -> String {
        webhook["events"].items.isEmpty ? "all" : webhook["events"].text
    }
}
