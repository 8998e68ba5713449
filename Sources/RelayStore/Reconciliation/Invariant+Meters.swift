/// What was counted: meters of months, budgets, keys, totals of days.
extension Invariant {
    private static let meteredOutput =
        "CASE WHEN state <> 'settled' OR source = 'none' THEN 0 WHEN output < output_held THEN output ELSE output_held END"
    private static let meteredPrompt = """
        CASE WHEN state <> 'settled' OR source = 'none' THEN 0
          WHEN input + cached_read < input_held THEN input + cached_read ELSE input_held END
        """

    static let meters = [
        Invariant(
            "meters equal the month's receipts", over: ["wallets", "receipts"],
            """
            SELECT w.account || ': used ' || w.input_used || ', ' || w.output_used || ', ' || w.cached_used AS finding FROM wallets w
            LEFT JOIN (
              SELECT account, month, sum(input) AS input, sum(output) AS output, sum(cached_read) AS cached
              FROM \(ArchiveChecks.ended) GROUP BY account, month
            ) r ON r.account = w.account AND r.month = w.month
            WHERE w.input_used <> coalesce(r.input, 0) OR w.output_used <> coalesce(r.output, 0) OR w.cached_used <> coalesce(r.cached, 0)
            """),
        // What was settled late counts what was left by then.
        Invariant(
            "meters count what was reported, at most what was held", over: ["receipts"],
            """
            SELECT request || ': metered ' || input_metered || ', ' || output_metered || ', ' || cached_metered AS finding FROM receipts
            WHERE cached_metered > cached_read OR input_metered < 0 OR output_metered < 0 OR cached_metered < 0
              OR output_metered > (\(meteredOutput)) OR input_metered + cached_metered > (\(meteredPrompt))
              OR (settled_late = 0 AND (output_metered < (\(meteredOutput)) OR input_metered + cached_metered < (\(meteredPrompt))))
            """),
        Invariant(
            "high-cost credits equal the month's requests", over: ["wallets", "receipts WHERE high_cost = 1", "holds WHERE high_cost = 1"],
            """
            SELECT w.account || ': high-cost used ' || w.high_cost_used || ', held ' || w.high_cost_held AS finding FROM wallets w
            LEFT JOIN (
              SELECT account, month, sum(high_cost_charged) AS used FROM \(ArchiveChecks.ended) GROUP BY account, month
            ) r ON r.account = w.account AND r.month = w.month
            LEFT JOIN (SELECT account, month, sum(held) AS held FROM holds WHERE high_cost = 1 GROUP BY account, month) h
              ON h.account = w.account AND h.month = w.month
            WHERE w.high_cost_used <> coalesce(r.used, 0) OR w.high_cost_held <> coalesce(h.held, 0)
            """),
        Invariant(
            "a key's counters equal its requests", over: ["keys", "receipts WHERE key_counted = 1", "holds WHERE key_counted = 1"],
            """
            SELECT k.id || ': in flight ' || k.open_holds || ', used ' || k.used || ', held ' || k.held AS finding FROM keys k
            LEFT JOIN (
              SELECT key, month, sum(key_counted_charged) AS used FROM \(ArchiveChecks.ended) GROUP BY key, month
            ) r ON r.key = k.id AND r.month = k.month
            LEFT JOIN (SELECT key, month, sum(held) AS held FROM holds WHERE key_counted = 1 GROUP BY key, month) h
              ON h.key = k.id AND h.month = k.month
            LEFT JOIN (SELECT key, count(*) AS holds FROM holds WHERE key_counted = 1 GROUP BY key) o ON o.key = k.id
            WHERE k.open_holds <> coalesce(o.holds, 0) OR k.used <> coalesce(r.used, 0) OR k.held <> coalesce(h.held, 0)
            """),
        Invariant(
            "usage totals equal the receipts", over: ["usage_totals", "receipts"],
            """
            SELECT account || ': day ' || day || ', ' || model || ', ' || key || ': ' || sum(requests) || ' requests, ' || sum(credits)
              || ' credits beyond the receipts' AS finding
            FROM (
              SELECT account, day, model, key, requests, input, output, cached_read, credits FROM usage_totals
              UNION ALL
              SELECT account, day, model, key, -requests, -input, -output, -cached_read, -charged FROM \(ArchiveChecks.ended)
            ) AS both_sides
            GROUP BY account, day, model, key
            HAVING sum(requests) <> 0 OR sum(input) <> 0 OR sum(output) <> 0 OR sum(cached_read) <> 0 OR sum(credits) <> 0
            """),
    ]
}
