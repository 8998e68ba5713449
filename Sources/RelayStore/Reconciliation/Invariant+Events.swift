import RelayDomain

/// What programs are told.
extension Invariant {
    static let events = [
        // Of those that were credited before there were events, or whose events were removed since, nothing is known.
        Invariant(
            "each credited order was told of once", over: ["orders WHERE credited_at IS NOT NULL"],
            """
            SELECT o.id || ': ' || o.state || ', and nobody was told' AS finding FROM orders o
            LEFT JOIN events e ON e.name = o.id || ':' || o.state AND e.kind = 'recharge.' || o.state AND e.account = o.account
              AND e.at = o.credited_at
            WHERE o.credited_at >= (SELECT complete_since FROM event_log) AND e.name IS NULL
            UNION ALL
            SELECT e.name || ': told, and not so' AS finding FROM events e
            LEFT JOIN orders o ON o.id = substr(e.name, 1, 30) AND e.name = o.id || ':' || o.state AND o.account = e.account
              AND o.credited_at = e.at
            WHERE e.kind IN ('recharge.credited', 'recharge.credited_late') AND o.id IS NULL
            UNION ALL
            SELECT 'it is not known since when events are complete' AS finding WHERE NOT EXISTS (SELECT 1 FROM event_log)
            """),
        Invariant(
            "events are of what is there", over: ["events"],
            """
            SELECT e.name || ': ' || e.kind || ' of nothing' AS finding FROM events e
            LEFT JOIN orders o ON o.id = substr(e.name, 1, 30) AND o.account = e.account
            LEFT JOIN deposits d ON d.id = substr(e.name, 1, length(e.name) - 7)
            LEFT JOIN wallets w ON w.account = substr(e.name, 1, 30) AND w.account = e.account
            LEFT JOIN keys k ON k.id = substr(e.name, 1, 30) AND k.account = e.account
            LEFT JOIN reviews r ON r.id = substr(e.name, 1, 30) AND r.account = e.account
            WHERE (CASE e.kind WHEN 'recharge.review' THEN d.id WHEN 'deposit.review' THEN d.id WHEN 'wallet.low' THEN w.account
              WHEN 'key.budget' THEN k.id WHEN 'review.opened' THEN r.id ELSE o.id END) IS NULL
            """),
        Invariant(
            "deliveries are of events that their owners may know", over: ["deliveries"],
            """
            SELECT d.id || ': ' || d.event || ' to ' || d.webhook AS finding FROM deliveries d
            LEFT JOIN events e ON e.name = d.event AND e.kind = d.kind AND e.dispatched_at IS NOT NULL
            LEFT JOIN webhooks w ON w.id = d.webhook AND coalesce(w.account, '') = coalesce(d.account, '')
            WHERE e.name IS NULL OR w.id IS NULL
              OR (w.account IS NOT NULL AND (w.account <> coalesce(e.account, '') OR e.kind IN (\(operatorsAlone))))
            UNION ALL
            SELECT min(id) || ' to ' || max(id) || ': ' || count(*) || ' deliveries of ' || event || ' to ' || webhook AS finding
            FROM deliveries GROUP BY webhook, event HAVING count(*) > 1
            """),
    ]

    private static let operatorsAlone =
        WebhookEvent.Kind.allCases.filter(\.isForOperatorAlone).map { "'\($0.rawValue)'" }.joined(separator: ", ")
}
