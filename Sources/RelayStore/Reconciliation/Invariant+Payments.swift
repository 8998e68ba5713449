import RelayDomain

/// What was paid on networks, and what became of it.
extension Invariant {
    static let payments = deposits + ownership + networks

    private static let paysOrder = "('matched', 'linked', 'credit_plan')"

    private static let deposits = [
        Invariant(
            "a deposit that paid an order is that order's own",
            over: ["deposits WHERE outcome IN \(paysOrder)", "orders WHERE deposit IS NOT NULL"],
            """
            SELECT d.id || ': ' || d.outcome || ', and ' || coalesce(d.order_id, 'no order') || ' does not say so' AS finding FROM deposits d
            LEFT JOIN orders o ON o.id = d.order_id AND o.deposit = d.id AND o.account = d.account
              AND o.state IN ('credited', 'credited_late')
            WHERE d.outcome IN \(paysOrder) AND (o.id IS NULL OR NOT (CASE d.outcome
              WHEN 'linked' THEN d.credited IS NULL AND coalesce(o.payment, '') = d.transaction_hash
              WHEN 'matched' THEN coalesce(d.credited, 0) = o.credits AND d.amount = coalesce(o.amount, '')
                AND d.recipient = coalesce(o.address, '') AND d.network = coalesce(o.network, '') AND d.at <= coalesce(o.grace_until, 0)
              ELSE coalesce(d.credited, 0) = o.credits AND o.payment IS NULL END))
            UNION ALL
            SELECT o.id || ': paid by ' || o.deposit || ', which does not say so' AS finding FROM orders o
            LEFT JOIN deposits d ON d.id = o.deposit AND d.order_id = o.id AND d.state = 'credited' AND d.outcome IN \(paysOrder)
            WHERE o.deposit IS NOT NULL AND d.id IS NULL
            UNION ALL
            SELECT deposit || ': ' || count(*) || ' orders' AS finding FROM orders WHERE deposit IS NOT NULL
            GROUP BY deposit HAVING count(*) > 1
            """),
        Invariant(
            "a deposit's own entries are what was decided", over: ["deposits"],
            """
            SELECT d.id || ': ' || d.state || coalesce(', ' || d.outcome, '') || ', journal ' || coalesce(c.amount, 0) || ' and '
              || -coalesce(r.amount, 0) AS finding
            FROM deposits d
            LEFT JOIN transfers c ON c.id = d.id || ':credit' AND c.kind = 'recharge'
            LEFT JOIN transfers r ON r.id = d.id || ':refund' AND r.kind = 'refund'
            WHERE NOT (CASE
              WHEN d.outcome = 'credit_face' THEN d.state = 'credited' AND r.id IS NULL AND c.id IS NOT NULL AND c.amount = coalesce(d.credited, 0)
                AND c.amount = coalesce(d.face, 0) AND c.wallet = coalesce(d.account, '') AND c.debit = 'cash:' || d.network
              WHEN d.outcome = 'refund' THEN d.state = 'refunded' AND ((c.id IS NULL AND r.id IS NULL)
                OR (c.id IS NOT NULL AND r.id IS NOT NULL AND c.amount = r.amount AND c.amount = coalesce(d.face, 0) AND c.wallet = r.wallet
                  AND c.wallet = coalesce(d.account, '') AND c.number + 1 = r.number))
              ELSE c.id IS NULL AND r.id IS NULL AND d.state = CASE WHEN d.outcome IS NULL
                THEN CASE WHEN d.reason IS NULL THEN 'new' ELSE 'review' END
                WHEN d.outcome = 'ignore' THEN 'ignored' ELSE 'credited' END
              END)
            """),
        Invariant(
            "nothing was sent back but a deposit", over: ["transfers WHERE kind = 'refund'"],
            """
            SELECT t.id || ': no deposit' AS finding FROM transfers t
            LEFT JOIN deposits d ON d.id = substr(t.id, 1, length(t.id) - 7) AND t.id = d.id || ':refund' AND d.account = t.wallet
              AND d.state = 'refunded'
            WHERE t.kind = 'refund' AND d.id IS NULL
            """),
        Invariant(
            "orders that were paid on a network have a deposit or the operator's word",
            over: ["orders WHERE network IS NOT NULL AND credited_at IS NOT NULL"],
            """
            SELECT id || ': ' || state || ' by nothing' AS finding FROM orders
            WHERE network IS NOT NULL AND credited_at IS NOT NULL AND deposit IS NULL AND note IS NULL
            """),
        // Where the network was scanned before the order was made, and a day after it was confirmed.
        Invariant(
            "payments that the operator named were seen on the chain", over: ["orders WHERE network IS NOT NULL AND payment IS NOT NULL"],
            """
            SELECT o.id || ': ' || o.payment || ' was not seen on ' || o.network AS finding FROM orders o
            JOIN networks n ON n.name = o.network
            WHERE o.payment LIKE '0x%' AND o.deposit IS NULL AND n.started_at < o.created_at AND n.cursor >= n.final
              AND n.scanned_at > o.credited_at + 86400000
            """),
    ]

    private static let ownership = [
        Invariant(
            "slots belong to one order at a time", over: ["payment_slots", "orders WHERE network IS NOT NULL"],
            """
            SELECT s.network || ', ' || s.address || ', ' || s.amount || ': not of ' || s.order_id AS finding FROM payment_slots s
            LEFT JOIN orders o ON o.id = s.order_id AND o.account = s.account AND o.network = s.network AND o.address = s.address
              AND o.amount = s.amount AND o.grace_until + \(DepositMatching.slotRestMilliseconds) = s.until
            WHERE o.id IS NULL
            UNION ALL
            SELECT o.id || ': its slot is not taken' AS finding FROM orders o
            LEFT JOIN payment_slots s ON s.network = o.network AND s.address = o.address AND s.amount = o.amount
            WHERE o.network IS NOT NULL AND s.order_id IS NULL
            UNION ALL
            SELECT id || ': its slot was taken before ' || earlier || ' had given it back' AS finding FROM (
              SELECT id, created_at, lag(id) OVER slot AS earlier, lag(grace_until) OVER slot AS grace FROM orders
              WHERE network IS NOT NULL WINDOW slot AS (PARTITION BY network, address, amount ORDER BY created_at, id)
            ) AS owners WHERE grace >= created_at
            """),
        Invariant(
            "what is said of an order's payments is said of one that is there",
            over: ["deposits WHERE order_id IS NOT NULL", "sightings", "claims"],
            """
            SELECT d.id || ': ' || d.order_id || ' is not of ' || coalesce(d.account, 'nobody') AS finding FROM deposits d
            LEFT JOIN orders o ON o.id = d.order_id AND o.account = d.account WHERE d.order_id IS NOT NULL AND o.id IS NULL
            UNION ALL
            SELECT s.deposit || ': seen for ' || s.order_id || ', which is not there' AS finding FROM sightings s
            LEFT JOIN orders o ON o.id = s.order_id AND o.network = s.network WHERE o.id IS NULL
            UNION ALL
            SELECT c.transaction_hash || ': claimed for ' || c.order_id || ', which is not there' AS finding FROM claims c
            LEFT JOIN orders o ON o.id = c.order_id AND o.account = c.account WHERE o.id IS NULL
            """),
    ]

    private static let networks = [
        Invariant(
            "transfers are of blocks that were scanned, and those were final", over: ["networks", "deposits", "sweeps"],
            """
            SELECT name || ': scanned to ' || cursor || ', final is ' || coalesce(final, 0) AS finding FROM networks
            WHERE cursor > coalesce(final, 0)
            """
                + ["deposits", "sweeps"].map {
                    """
                     UNION ALL SELECT t.id || ': in block ' || t.block || ' of ' || t.network || ', scanned to ' || coalesce(n.cursor, 0) AS finding
                    FROM \($0) t LEFT JOIN networks n ON n.name = t.network WHERE n.cursor IS NULL OR t.block > n.cursor
                    """
                }.joined()),
        Invariant(
            "addresses hold on the chain what the books say", over: ["networks WHERE balance IS NOT NULL"],
            """
            SELECT name || ': ' || balance || ' units in block ' || balance_block || ', and ' || expected_balance || ' must be' AS finding
            FROM networks WHERE balance <> expected_balance
            """),
    ]
}
