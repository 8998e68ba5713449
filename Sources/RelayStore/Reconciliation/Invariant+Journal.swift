/// Money: the journal, and the totals that are kept beside it.
extension Invariant {
    /// What a transfer does to its own wallet.
    private static let effect = "CASE WHEN credit = wallet THEN amount WHEN debit = wallet THEN -amount ELSE 0 END"

    static let journal = [
        Invariant(
            "wallets equal their journal", over: ["wallets"],
            """
            SELECT w.account || ': posted ' || w.posted || ', journal ' || coalesce(j.total, 0) AS finding FROM wallets w
            LEFT JOIN (SELECT wallet, sum(\(effect)) AS total FROM transfers GROUP BY wallet) j ON j.wallet = w.account
            WHERE w.posted <> coalesce(j.total, 0)
            """),
        Invariant(
            "operator accounts equal the journal", over: ["house_accounts"],
            """
            SELECT name || ': posted ' || posted || ', journal ' || total AS finding FROM (
              SELECT h.name, h.posted, coalesce((SELECT sum(amount) FROM transfers WHERE credit = h.name), 0)
                - coalesce((SELECT sum(amount) FROM transfers WHERE debit = h.name), 0) AS total
              FROM house_accounts h
            ) AS house WHERE posted <> total
            """),
        Invariant(
            "debits equal credits", over: ["wallets", "house_accounts"],
            """
            SELECT 'wallets and operator accounts add up to ' || total AS finding FROM (
              SELECT coalesce((SELECT sum(posted) FROM wallets), 0) + coalesce((SELECT sum(posted) FROM house_accounts), 0) AS total
            ) AS sums WHERE total <> 0
            """),
        Invariant(
            "each entry moves between the two accounts of its kind", over: ["transfers"],
            """
            SELECT t.id || ': ' || t.kind || ' of ' || t.amount || ' from ' || t.debit || ' to ' || t.credit AS finding FROM transfers t
            LEFT JOIN wallets w ON w.account = t.wallet
            LEFT JOIN house_accounts h ON h.name = CASE WHEN t.debit = t.wallet THEN t.credit ELSE t.debit END
            WHERE w.account IS NULL OR h.name IS NULL OR t.amount <= 0 OR NOT (CASE t.kind
              WHEN 'charge' THEN t.debit = t.wallet AND t.credit = 'revenue'
              WHEN 'absorbed' THEN t.debit = 'absorbed' AND t.credit = 'revenue'
              WHEN 'recharge' THEN substr(t.debit, 1, 5) = 'cash:' AND t.credit = t.wallet
              WHEN 'refund' THEN t.debit = t.wallet AND substr(t.credit, 1, 5) = 'cash:'
              WHEN 'adjustment' THEN (t.debit = 'adjustment' AND t.credit = t.wallet) OR (t.debit = t.wallet AND t.credit = 'adjustment')
              ELSE 1 = 0 END)
            """),
        Invariant(
            "no wallet owes", over: ["wallets"],
            """
            SELECT account || ': posted ' || posted || ', held ' || held || ', available ' || (posted - held) AS finding FROM wallets
            WHERE held > posted OR held < 0
            """),
        Invariant(
            "journals have no gaps", over: ["transfers"],
            """
            SELECT id || ': number ' || number || ' of ' || wallet || ', after ' || before AS finding FROM (
              SELECT id, wallet, number, coalesce(lag(number) OVER (PARTITION BY wallet ORDER BY number), 0) AS before FROM transfers
            ) AS numbered WHERE number <> before + 1
            UNION ALL
            SELECT w.account || ': last number ' || w.last_transfer || ', entries ' || coalesce(j.entries, 0) AS finding FROM wallets w
            LEFT JOIN (SELECT wallet, count(*) AS entries, max(number) AS last FROM transfers GROUP BY wallet) j ON j.wallet = w.account
            WHERE w.last_transfer <> coalesce(j.entries, 0) OR w.last_transfer <> coalesce(j.last, 0)
            """),
        Invariant(
            "balances run on", over: ["transfers"],
            """
            SELECT id || ': balance after ' || balance_after || ', expected ' || running AS finding FROM (
              SELECT id, balance_after, sum(\(effect)) OVER (PARTITION BY wallet ORDER BY number) AS running FROM transfers
            ) AS runs WHERE balance_after <> running
            """),
    ]
}
