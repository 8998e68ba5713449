/// What customers have paid for.
extension Invariant {
    static let recharges = [
        Invariant(
            "each credited order has its one entry", over: ["orders"],
            """
            SELECT o.id || ': ' || o.state || ', journal ' || coalesce(t.amount, 0) AS finding FROM orders o
            LEFT JOIN transfers t ON t.id = o.id || ':credit' AND t.kind = 'recharge' AND t.credit = o.account
            WHERE (CASE WHEN \(isCredited) THEN o.credits ELSE 0 END) <> coalesce(t.amount, 0)
              OR (CASE WHEN \(isCredited) THEN coalesce(o.credited_at, 0) ELSE 0 END) <> coalesce(t.at, 0)
            """),
        Invariant(
            "no recharge without an order or a deposit", over: ["transfers WHERE kind = 'recharge'"],
            """
            SELECT t.id || ': no order and no deposit' AS finding FROM transfers t
            LEFT JOIN orders o ON o.id = substr(t.id, 1, 30) AND t.id = o.id || ':credit' AND o.account = t.wallet AND \(isCredited)
            LEFT JOIN deposits d ON d.id = substr(t.id, 1, length(t.id) - 7) AND t.id = d.id || ':credit' AND d.account = t.wallet
              AND d.outcome IN ('credit_face', 'refund')
            WHERE t.kind = 'recharge' AND o.id IS NULL AND d.id IS NULL
            """),
        Invariant(
            "each payment is used once", over: ["orders WHERE payment IS NOT NULL"],
            """
            SELECT min(id) || ' to ' || max(id) || ': ' || count(*) || ' orders by the payment ' || payment AS finding FROM orders
            WHERE payment IS NOT NULL GROUP BY payment HAVING count(*) > 1
            UNION ALL
            SELECT o.id || ': ' || o.state || ', by the payment ' || o.payment AS finding FROM orders o
            WHERE o.payment IS NOT NULL AND NOT \(isCredited)
            UNION ALL
            SELECT o.id || ': by the payment ' || o.payment || ', and by a deposit of another one' AS finding FROM orders o
            JOIN deposits d ON d.id = o.deposit WHERE o.payment IS NOT NULL AND o.payment <> d.transaction_hash
            """),
    ]

    private static let isCredited = "o.state IN ('credited', 'credited_late')"

    static let answers = [
        Invariant(
            "idempotency keys that run are of open requests",
            over: ["answers WHERE state = 'running'", "holds WHERE idempotency_key IS NOT NULL"],
            """
            SELECT a.account || ': ' || a.request || ' does not run' AS finding FROM answers a
            LEFT JOIN holds h ON h.request = a.request AND h.account = a.account AND h.idempotency_key = a.idempotency_key
            WHERE a.state = 'running' AND h.request IS NULL
            UNION ALL
            SELECT h.account || ': ' || h.request || ' runs, and its key is free' AS finding FROM holds h
            LEFT JOIN answers a ON a.account = h.account AND a.idempotency_key = h.idempotency_key AND a.request = h.request
              AND a.state = 'running'
            WHERE h.idempotency_key IS NOT NULL AND a.request IS NULL
            """),
        Invariant(
            "kept answers are of settled requests", over: ["answers WHERE state <> 'running'"],
            """
            SELECT a.account || ': the answer of ' || a.request AS finding FROM answers a
            LEFT JOIN receipts r ON r.request = a.request AND r.account = a.account AND r.idempotency_key = a.idempotency_key
              AND r.state = 'settled' AND r.replayed_from IS NULL
            WHERE a.state <> 'running' AND r.request IS NULL AND NOT EXISTS (
              SELECT 1 FROM archived_sums s WHERE s.account = a.account AND a.request >= s.first_request AND a.request <= s.last_request
            )
            """),
    ]
}
