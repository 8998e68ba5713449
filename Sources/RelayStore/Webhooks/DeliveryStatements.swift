import RelayDomain

enum DeliveryStatements {
    /// Whether an event waits, or a delivery of somebody who gets none any more.
    static let isDue = SQLStatement(
        """
        SELECT CAST(CASE WHEN EXISTS (SELECT 1 FROM events WHERE dispatched_at IS NULL) OR EXISTS (\(pendingOfDisabledText))
          THEN 1 ELSE 0 END AS BIGINT)
        """)
    static let undispatched = SQLStatement(
        undispatchedText, postgres: undispatchedText + " FOR UPDATE SKIP LOCKED")
    private static let undispatchedText =
        "SELECT name, kind, account, at FROM events WHERE dispatched_at IS NULL ORDER BY at, name LIMIT $1"
    static let markDispatched = SQLStatement.update("events", "name, dispatched_at")
    static let activeOfOperator = SQLStatement(
        "SELECT \(Webhook.columns) FROM webhooks WHERE account IS NULL AND state = 'active' ORDER BY id")
    static let activeOfAccount = SQLStatement.read(Webhook.columns, from: "webhooks", by: "account", where: "state = 'active'")
    static let insert = SQLStatement.insert(into: "deliveries", Delivery.columns)
    static let pendingOfDisabled = SQLStatement(pendingOfDisabledText)
    private static let pendingOfDisabledText = """
        SELECT id FROM webhooks WHERE state = 'disabled'
          AND EXISTS (SELECT 1 FROM deliveries d WHERE d.webhook = webhooks.id AND d.state = 'pending') LIMIT 1
        """
    /// What has expired for people who look at it, which is ``RechargeOrder/standing(at:sighting:underReview:)``.
    static let expiredOrders = SQLStatement(
        """
        SELECT \(RechargeOrder.columns) FROM orders WHERE network IS NOT NULL AND state = 'waiting' AND expires_at < $1 AND expires_at > $2
          AND NOT EXISTS (SELECT 1 FROM events e WHERE e.name = orders.id || ':expired')
          AND NOT EXISTS (SELECT 1 FROM sightings s WHERE s.order_id = orders.id)
          AND NOT EXISTS (SELECT 1 FROM deposits d WHERE d.order_id = orders.id AND d.state = 'review')
        ORDER BY expires_at, id LIMIT $3
        """)

    /// How many of a webhook's deliveries may be with somebody at a time.
    private static let most = """
        CASE WHEN w.failing_since IS NULL THEN \(WebhookDeliveries.atOnce) ELSE \(WebhookDeliveries.atOnceFailing) END
        """
    private static let firstDue = "(SELECT min(d.next_attempt_at) FROM deliveries d WHERE d.webhook = w.id AND d.state = 'pending')"
    /// Those with something due that is not as busy as may be: where all goes well, first.
    static let candidates = SQLStatement(
        """
        SELECT id FROM (
          SELECT w.id, CASE WHEN w.failing_since IS NULL THEN 0 ELSE 1 END AS failing, \(firstDue) AS due, \(most) AS most,
            (SELECT count(*) FROM deliveries c WHERE c.webhook = w.id AND c.claimed_until > $1) AS claimed
          FROM webhooks w WHERE w.state = 'active'
        ) AS candidates WHERE due <= $1 AND claimed < most ORDER BY failing, due, id LIMIT $2
        """)
    static let lockActive = SQLStatement.read(
        Webhook.columns, from: "webhooks", by: "id", where: "state = 'active'", locking: .forUpdateSkippingLocked)
    static let claimed = SQLStatement("SELECT count(*) FROM deliveries WHERE webhook = $1 AND claimed_until > $2")
    /// One that is claimed is due again when the claim ends.
    static let due = SQLStatement(
        """
        SELECT d.id, d.event, e.body, d.attempts, d.claim FROM deliveries d JOIN events e ON e.name = d.event
        WHERE d.webhook = $1 AND d.state = 'pending' AND d.next_attempt_at <= $2 ORDER BY d.next_attempt_at, d.id LIMIT $3
        """)
    static let claim = SQLStatement.update("deliveries", "id, claim, claimed_until, next_attempt_at, attempts")
    static let record = SQLStatement(
        """
        UPDATE deliveries SET state = $3, last_status = $4, last_error = $5, next_attempt_at = $6, delivered_at = $7, claimed_until = NULL
        WHERE id = $1 AND claim = $2 AND claimed_until IS NOT NULL RETURNING id
        """)
    /// Of a webhook that is as busy as may be, the end of the first claim.
    static let nextDue = SQLStatement(
        """
        SELECT min(due) FROM (
          SELECT CASE WHEN (SELECT count(*) FROM deliveries c WHERE c.webhook = w.id AND c.claimed_until IS NOT NULL) < \(most)
            THEN \(firstDue) ELSE (SELECT min(c.claimed_until) FROM deliveries c WHERE c.webhook = w.id) END AS due
          FROM webhooks w WHERE w.state = 'active'
        ) AS next
        """)

    static let completeSince = SQLStatement("UPDATE event_log SET complete_since = $1 WHERE complete_since < $1")
    static let sweepDeliveries = SQLStatement(
        """
        DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE state <> 'pending' AND created_at < $1 LIMIT $2) RETURNING id
        """)
    /// That a payment was seen is remembered for as long as it may be seen again.
    static let sweepEvents = SQLStatement(
        """
        DELETE FROM events WHERE name IN (
          SELECT name FROM events WHERE at < $1 AND dispatched_at IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.event = events.name)
            AND NOT (kind = '\(WebhookEvent.Kind.rechargeSeen.rawValue)' AND EXISTS (
              SELECT 1 FROM orders o WHERE o.id = substr(events.name, 1, 30) AND o.grace_until >= $1)) LIMIT $2
        ) RETURNING name
        """)
}
