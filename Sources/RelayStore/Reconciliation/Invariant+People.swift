/// Accounts, and that everything belongs to one.
extension Invariant {
    static let people = [
        Invariant(
            "each account has its one wallet", over: ["accounts", "wallets"],
            """
            SELECT a.id || ': no wallet' AS finding FROM accounts a LEFT JOIN wallets w ON w.account = a.id WHERE w.account IS NULL
            UNION ALL
            SELECT w.account || ': no account' AS finding FROM wallets w LEFT JOIN accounts a ON a.id = w.account WHERE a.id IS NULL
            """),
        Invariant(
            "what belongs to an account belongs to one that is there",
            over: [
                "keys", "orders", "answers", "reviews", "deposits WHERE account IS NOT NULL", "payment_slots", "claims",
                "webhooks WHERE account IS NOT NULL",
            ],
            ["keys", "orders", "reviews", "deposits", "webhooks"].map {
                "SELECT t.id || ': no account ' || t.account AS finding FROM \($0) t LEFT JOIN accounts a ON a.id = t.account "
                    + "WHERE t.account IS NOT NULL AND a.id IS NULL"
            }.joined(separator: " UNION ALL ") + """
                 UNION ALL
                SELECT 'the answer of ' || t.request || ': no account ' || t.account AS finding FROM answers t
                LEFT JOIN accounts a ON a.id = t.account WHERE a.id IS NULL
                """
                + ["payment_slots", "claims"].map {
                    " UNION ALL SELECT t.order_id || ', in \($0): no account ' || t.account AS finding FROM \($0) t "
                        + "LEFT JOIN accounts a ON a.id = t.account WHERE a.id IS NULL"
                }.joined()),
        Invariant(
            "each request belongs to a key of its account", over: ["holds", "receipts"],
            ["holds", "receipts"].map {
                """
                SELECT r.request || ': ' || r.account || ' has no key ' || r.key AS finding FROM \($0) r
                LEFT JOIN keys k ON k.id = r.key AND k.account = r.account WHERE k.id IS NULL
                """
            }.joined(separator: " UNION ALL ")),
        Invariant(
            "no key is beyond its budget", over: ["keys"],
            """
            SELECT id || ': used ' || used || ', held ' || held || ', budget ' || coalesce(monthly_budget, 0) AS finding FROM keys
            WHERE used < 0 OR held < 0 OR (monthly_budget IS NOT NULL AND used + held > monthly_budget)
            """),
    ]
}
