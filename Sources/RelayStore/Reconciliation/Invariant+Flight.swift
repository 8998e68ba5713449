/// Requests: what is held while they run, and what they were charged.
extension Invariant {
    static let flight = [
        Invariant(
            "held credits and slots equal the open holds", over: ["wallets", "holds"],
            """
            SELECT w.account || ': held ' || w.held || ' in ' || w.open_holds || ', open ' || coalesce(h.credits, 0) || ' in '
              || coalesce(h.holds, 0) AS finding FROM wallets w
            LEFT JOIN (SELECT account, sum(held) AS credits, count(*) AS holds FROM holds GROUP BY account) h ON h.account = w.account
            WHERE w.held <> coalesce(h.credits, 0) OR w.open_holds <> coalesce(h.holds, 0)
            """),
        Invariant(
            "held tokens equal the month's open holds", over: ["wallets", "holds"],
            """
            SELECT w.account || ': held ' || w.input_held || ' and ' || w.output_held || ' tokens' AS finding FROM wallets w
            LEFT JOIN (
              SELECT account, month, sum(input_held) AS input, sum(output_held) AS output FROM holds GROUP BY account, month
            ) h ON h.account = w.account AND h.month = w.month
            WHERE w.input_held <> coalesce(h.input, 0) OR w.output_held <> coalesce(h.output, 0)
            """),
        Invariant(
            "a request is open or ended", over: ["holds"],
            "SELECT h.request || ': open and ended' AS finding FROM holds h JOIN receipts r ON r.request = h.request"),
        Invariant(
            "each settled receipt has its one charge", over: ["receipts"],
            """
            SELECT r.request || ': charged ' || r.charged || ', journal ' || coalesce(t.amount, 0) || ', balance after ' || r.balance_after
              || ', journal ' || coalesce(t.balance_after, 0) AS finding FROM receipts r
            LEFT JOIN transfers t ON t.id = r.request || ':settle' AND t.kind = 'charge' AND t.debit = r.account AND t.wallet = r.account
            WHERE r.charged <> coalesce(t.amount, 0) OR t.balance_after <> r.balance_after
            """),
        Invariant(
            "no charge without a receipt", over: ["transfers WHERE kind = 'charge'"],
            ArchiveChecks.strayCharges),
        Invariant(
            "what receipts say was absorbed is in the journal", over: ["receipts"],
            """
            SELECT r.request || ': absorbed ' || r.absorbed || ', journal ' || coalesce(t.amount, 0) AS finding FROM receipts r
            LEFT JOIN transfers t ON t.id = r.request || ':absorbed' AND t.kind = 'absorbed' AND t.wallet = r.account
            WHERE r.absorbed <> coalesce(t.amount, 0)
            """),
        Invariant(
            "nothing absorbed without a receipt", over: ["transfers WHERE kind = 'absorbed'"],
            """
            SELECT t.id || ': no receipt' AS finding FROM transfers t
            LEFT JOIN receipts r ON r.request = substr(t.id, 1, 30) AND t.id = r.request || ':absorbed' AND r.state = 'settled'
              AND r.account = t.wallet
            LEFT JOIN \(ArchiveChecks.range) a ON a.account = t.wallet AND substr(t.id, 1, 30) >= a.first_request
              AND substr(t.id, 1, 30) <= a.last_request
            WHERE t.kind = 'absorbed' AND r.request IS NULL AND a.account IS NULL
            """),
        Invariant(
            "replays cost nothing and name what they repeat", over: ["receipts WHERE replayed_from IS NOT NULL"],
            """
            SELECT p.request || ': replay of ' || p.replayed_from AS finding FROM receipts p
            LEFT JOIN receipts r ON r.request = p.replayed_from AND r.account = p.account AND r.state = 'settled'
            WHERE p.replayed_from IS NOT NULL
              AND (r.request IS NULL AND NOT \(ArchiveChecks.replayIsOfArchive) OR p.charged <> 0 OR p.held <> 0)
            """),
    ]
}
