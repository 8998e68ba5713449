/// What the books' invariants need to know of receipts that are in archives.
enum ArchiveChecks {
    /// Receipts and the sums of archived ones as rows of one table, for everything that is added up:
    /// `account, day, month, model, key, requests, input, output, cached_read, charged, high_cost_charged, key_counted_charged`.
    static let ended = """
        (
          SELECT account, created_at / 86400000 AS day, month, model, key,
            CASE WHEN state = 'settled' AND replayed_from IS NULL THEN 1 ELSE 0 END AS requests,
            input_metered AS input, output_metered AS output, cached_metered AS cached_read, charged,
            CASE WHEN high_cost = 1 THEN charged ELSE 0 END AS high_cost_charged,
            CASE WHEN key_counted = 1 THEN charged ELSE 0 END AS key_counted_charged
          FROM receipts
          UNION ALL
          SELECT account, day, month, model, key, requests, input, output, cached_read, charged, high_cost_charged, key_counted_charged
          FROM archived_sums
        ) AS ended
        """

    /// The first and the last request of each account that is in an archive.
    static let range = """
        (SELECT account, min(first_request) AS first_request, max(last_request) AS last_request FROM archived_sums GROUP BY account)
        """

    /// Charges `t` without a receipt, which only those of archived requests may be.
    private static let chargesWithoutReceipt = """
        FROM transfers t
        LEFT JOIN receipts r ON r.request = substr(t.id, 1, 30) AND t.id = r.request || ':settle' AND r.state = 'settled' AND r.account = t.wallet
        WHERE t.kind = 'charge' AND r.request IS NULL
        """

    /// Findings of "no charge without a receipt": one by one, where no archive can hold the receipt.
    static let strayCharges = """
        SELECT t.id || ': no receipt' AS finding FROM transfers t
        LEFT JOIN receipts r ON r.request = substr(t.id, 1, 30) AND t.id = r.request || ':settle' AND r.state = 'settled' AND r.account = t.wallet
        LEFT JOIN \(range) a ON a.account = t.wallet AND substr(t.id, 1, 30) >= a.first_request AND substr(t.id, 1, 30) <= a.last_request
        WHERE t.kind = 'charge' AND r.request IS NULL AND a.account IS NULL
        """

    /// Findings of "charges of archived requests equal the archives", over `archived_sums`.
    static let archivedCharges = """
        SELECT account || ': archives less journal: ' || sum(charges) || ' charges, ' || sum(charged) || ' credits' AS finding FROM (
          SELECT account, charges, charged FROM archived_sums
          UNION ALL
          SELECT t.wallet, -1, -t.amount \(chargesWithoutReceipt)
        ) AS both_sides
        GROUP BY account HAVING sum(charges) <> 0 OR sum(charged) <> 0
        """

    /// Findings of "archives hold what was removed", over `archives`: all of it where a day is done, no more than that where it is not.
    static let removed = """
        SELECT 'day ' || day || ': archives less removed: ' || sum(receipts) || ' receipts, ' || sum(charged) || ' credits' AS finding FROM (
          SELECT day, receipts, charged, CASE WHEN state = 'pruned' THEN 0 ELSE 1 END AS going_on FROM archives WHERE state <> 'writing'
          UNION ALL
          SELECT day, -receipts, -charged, 0 FROM archived_sums
        ) AS both_sides
        GROUP BY day
        HAVING sum(receipts) < 0 OR sum(charged) < 0 OR (max(going_on) = 0 AND (sum(receipts) <> 0 OR sum(charged) <> 0))
        """

    /// A replay `p` whose first request `r` is gone may name one that is in an archive.
    static let replayIsOfArchive = """
        EXISTS (
          SELECT 1 FROM archived_sums a WHERE a.account = p.account AND p.replayed_from >= a.first_request AND p.replayed_from <= a.last_request
        )
        """
}
