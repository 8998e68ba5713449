/// Damage to what programs are told.
extension Corruption {
    private static let told = "each credited order was told of once"
    private static let known = "deliveries are of events that their owners may know"
    private static let credited = "events WHERE kind = 'recharge.credited'"

    static let events = [
        Corruption("an order that nobody was told of", by: told) {
            "DELETE FROM events WHERE name = \($0.one("name", credited))"
        },
        Corruption("when an order was told of", by: told) {
            "UPDATE events SET at = at + \($0.number()) WHERE name = \($0.one("name", credited))"
        },
        Corruption("a credit that was told and not made", by: told) {
            let created = $0.one("name", "events WHERE kind = 'recharge.created'")
            return "UPDATE events SET kind = '\($0.word("recharge.credited", "recharge.credited_late"))' WHERE name = \(created)"
        },
        Corruption("the beginning of the events", by: told) { _ in "DELETE FROM event_log" },
        Corruption("an event of another's", by: "events are of what is there") {
            let kinds = "'recharge.created', 'recharge.cancelled', 'recharge.seen', 'review.opened'"
            return "UPDATE events SET account = 'acc_nobody' WHERE name = \($0.one("name", "events WHERE kind IN (\(kinds))"))"
        },
        Corruption("an event of nothing", by: "events are of what is there") {
            "UPDATE events SET name = 'x' || name WHERE name = \($0.one("name", "events"))"
        },
        Corruption("an event that is gone", by: known) { "DELETE FROM events WHERE name = \($0.one("event", "deliveries"))" },
        Corruption("a webhook that is gone", by: known) { "DELETE FROM webhooks WHERE id = \($0.one("webhook", "deliveries"))" },
        Corruption("an event that was sent and not dispatched", by: known) {
            "UPDATE events SET dispatched_at = NULL WHERE name = \($0.one("event", "deliveries"))"
        },
        Corruption("an event that was sent to another account", by: known) {
            let first = "(SELECT min(account) FROM webhooks)"
            let other = $0.one("id", "webhooks WHERE account <> \(first)")
            let own = $0.one("id", "deliveries WHERE account = \(first)")
            return "UPDATE deliveries SET webhook = \(other) WHERE id = \(own)"
        },
        Corruption("an event that was sent to the wrong owner", by: known) {
            "UPDATE deliveries SET account = NULL WHERE id = \($0.one("id", "deliveries WHERE account IS NOT NULL"))"
        },
        Corruption("an event of the operator's that a customer was sent", by: known) {
            let event = $0.one("name", "events WHERE kind = 'review.opened'")
            return """
                INSERT INTO deliveries (id, webhook, account, event, kind, state, attempts, next_attempt_at, created_at)
                SELECT 'dlv_more', w.id, w.account, e.name, e.kind, 'pending', 0, 0, 0 FROM events e JOIN webhooks w ON w.account = e.account
                WHERE e.name = \(event)
                """
        },
    ]
}
