/// Every kind of damage that a reconciliation must find.
extension Corruption {
    static let all = money + requests + counters + recharges + payments + events + answersAndNodes + seals

    private static let charged = "receipts WHERE charged > 0"
    private static let plain = "receipts WHERE charged > 0 AND absorbed = 0"

    private static let money = [
        Corruption("a wallet's total", by: "wallets equal their journal") { $0.add(to: "wallets", "posted") },
        Corruption("an operator account's total", by: "operator accounts equal the journal") {
            $0.change("house_accounts", "posted = posted - \($0.number())")
        },
        Corruption("one side of the books", by: "debits equal credits") { $0.add(to: "wallets", "posted") },
        Corruption("less than nothing", by: "no wallet owes") { $0.change("wallets", "held = posted + \($0.number())") },
        Corruption("an entry between other accounts", by: "each entry moves between the two accounts of its kind") {
            $0.change("transfers WHERE kind = 'charge'", "credit = 'adjustment'")
        },
        Corruption("an entry of nobody's", by: "each entry moves between the two accounts of its kind") {
            $0.change("transfers", "wallet = 'acc_nobody'")
        },
        Corruption("an entry that is gone", by: "journals have no gaps") { $0.remove("transfers") },
        Corruption("an entry's number", by: "journals have no gaps") {
            $0.change("transfers", "number = number + \($0.number(100...999))")
        },
        Corruption("a balance on the way", by: "balances run on") { $0.add(to: "transfers", "balance_after") },
        Corruption("an account without a wallet", by: "each account has its one wallet") { $0.remove("wallets") },
        Corruption("a wallet without an account", by: "each account has its one wallet") { $0.remove("accounts") },
        Corruption("what belongs to nobody", by: "what belongs to an account belongs to one that is there") {
            let table = $0.word("keys", "orders", "reviews", "answers", "deposits", "payment_slots", "claims", "webhooks")
            let key = ["answers": "request", "payment_slots": "order_id", "claims": "order_id"][table] ?? "id"
            return "UPDATE \(table) SET account = 'acc_nobody' WHERE \(key) = \($0.one(key, table))"
        },
    ]

    private static let requests = [
        Corruption("held credits", by: "held credits and slots equal the open holds") { $0.add(to: "wallets", "held") },
        Corruption("slots", by: "held credits and slots equal the open holds") { $0.add(to: "wallets", "open_holds") },
        Corruption("a hold that is gone", by: "held credits and slots equal the open holds") { $0.remove("holds") },
        Corruption("held tokens", by: "held tokens equal the month's open holds") {
            $0.change("wallets", "\($0.word("input_held", "output_held")) = \($0.number())")
        },
        Corruption("a request that is open and ended", by: "a request is open or ended") {
            """
            INSERT INTO holds (request, account, key, created_at, month, endpoint, stream, requested_model, model, high_cost, input_price,
              output_price, cached_price, held, input_held, output_held, max_output_tokens, client_retry_count, key_counted)
            SELECT request, account, key, created_at, month, endpoint, stream, requested_model, model, high_cost, input_price,
              output_price, cached_price, held, input_held, output_held, max_output_tokens, client_retry_count, key_counted
            FROM receipts WHERE request = \($0.one("request", "receipts"))
            """
        },
        Corruption("a request of another's key", by: "each request belongs to a key of its account") {
            let table = $0.word("receipts", "holds")
            return "UPDATE \(table) SET key = 'key_nobody' WHERE request = \($0.one("request", table))"
        },
        Corruption("what a receipt charged", by: "each settled receipt has its one charge") {
            $0.change(charged, "charged = charged - \($0.number())")
        },
        Corruption("a charge that is gone", by: "each settled receipt has its one charge") { $0.remove("transfers WHERE kind = 'charge'") },
        Corruption("a charge whose receipt is gone", by: "no charge without a receipt") { $0.remove(charged) },
        Corruption("a charge for what was voided", by: "no charge without a receipt") {
            $0.change(charged, "state = '\($0.word("voided", "expired"))'")
        },
        Corruption("what a receipt absorbed", by: "what receipts say was absorbed is in the journal") {
            $0.add(to: "receipts", "absorbed")
        },
        Corruption("an absorbed cost whose receipt is gone", by: "nothing absorbed without a receipt") {
            $0.remove("receipts WHERE absorbed > 0")
        },
        Corruption("a receipt's usage", by: "receipts charge the price of what was used, at most what was held") {
            $0.change(plain, "\($0.word("input", "output")) = 1")
        },
        Corruption("a receipt's price", by: "receipts charge the price of what was used, at most what was held") {
            $0.change(plain, "input_price = input_price * \($0.number(2...9))")
        },
        Corruption("a charge above its hold", by: "receipts charge the price of what was used, at most what was held") {
            $0.change(charged, "held = charged - \($0.number())")
        },
    ]

    private static let counters = [
        Corruption("a month's meter", by: "meters equal the month's receipts") {
            $0.add(to: "wallets", "input_used", "output_used", "cached_used")
        },
        Corruption("what a receipt metered", by: "meters count what was reported, at most what was held") {
            $0.add(to: "receipts", "input_metered", "output_metered", "cached_metered")
        },
        Corruption("too much metered late", by: "meters count what was reported, at most what was held") {
            $0.change(charged, "settled_late = 1, output_metered = output_held + 1")
        },
        Corruption("high-cost credits", by: "high-cost credits equal the month's requests") {
            $0.add(to: "wallets", "high_cost_used", "high_cost_held")
        },
        Corruption("a key's counters", by: "a key's counters equal its requests") { $0.add(to: "keys", "used", "held", "open_holds") },
        Corruption("a key beyond its budget", by: "no key is beyond its budget") {
            $0.change("keys WHERE monthly_budget IS NOT NULL", "monthly_budget = \($0.number())")
        },
        Corruption("a day's total", by: "usage totals equal the receipts") {
            $0.add(to: "usage_totals", "requests", "input", "output", "cached_read", "credits")
        },
        Corruption("a day's total that is gone", by: "usage totals equal the receipts") { $0.remove("usage_totals") },
    ]

    private static let recharges = [
        Corruption("an order that was never credited", by: "each credited order has its one entry") {
            $0.change("orders WHERE credited_at IS NULL", "state = 'credited', credited_at = \($0.number())")
        },
        Corruption("an order's credits", by: "each credited order has its one entry") {
            $0.add(to: "orders WHERE state = 'credited'", "credits")
        },
        Corruption("credits of an order that is gone", by: "no recharge without an order or a deposit") {
            $0.remove("orders WHERE state = 'credited'")
        },
        Corruption("credits of an order that waits", by: "no recharge without an order or a deposit") {
            $0.change("orders WHERE state = 'credited'", "state = 'waiting', credited_at = NULL")
        },
        Corruption("a payment that was used twice", "each payment is used once") { draw in
            let paid = draw.one("payment", "orders WHERE payment IS NOT NULL")
            let order = draw.one("id", "orders WHERE state = 'credited' AND payment IS NULL")
            return [.unconstrain("orders"), .sql("UPDATE orders SET payment = \(paid) WHERE id = \(order)")]
        },
        Corruption("a payment of an order that is not credited", by: "each payment is used once") {
            $0.change("orders WHERE credited_at IS NULL", "payment = 'tx-\($0.number(100...999))'")
        },
    ]

    private static let answersAndNodes = [
        Corruption("an idempotency key that never ends", by: "idempotency keys that run are of open requests") {
            $0.change("answers WHERE state = 'stored'", "state = 'running', sealed = NULL")
        },
        Corruption("an idempotency key that is free too early", by: "idempotency keys that run are of open requests") {
            $0.remove("answers WHERE state = 'running'")
        },
        Corruption("an answer of another request", by: "kept answers are of settled requests") {
            "UPDATE answers SET request = \($0.one("request", "receipts WHERE idempotency_key IS NULL")) "
                + "WHERE request = \($0.one("request", "answers WHERE state = 'stored'"))"
        },
        Corruption("a replay of nothing", by: "replays cost nothing and name what they repeat") {
            $0.change("receipts WHERE replayed_from IS NOT NULL", "replayed_from = 'req_nothing'")
        },
        Corruption("a hold of no node", by: "each open hold belongs to a node") { $0.change("holds", "epoch = \($0.number(100...999))") },
        Corruption("a hold that nobody ends", "each open hold belongs to a node") { draw in
            [
                .sql("UPDATE holds SET epoch = 0 WHERE request = \(draw.one("request", "holds"))"),
                .sql("INSERT INTO nodes (epoch, name, started_at, lease_until, mark, state) VALUES (90, 'late', 5, 30005, 0, 'living')"),
            ]
        },
        Corruption("two owners of one file", "leases are as they should be") { draw in
            [90, 90 + draw.number()].map {
                .sql("INSERT INTO nodes (epoch, name, started_at, lease_until, mark, state) VALUES (\($0), 'late', 5, 30005, 0, 'living')")
            }
        },
        Corruption("an index", "the database is sound") { draw in
            [
                .forgetIndex(
                    draw.word("receipts_by_account", "keys_by_account", "orders_by_account", "transfers_by_wallet", "answers_by_expiry"))
            ]
        },
    ]

    /// Transfers that are under a seal.
    private static let sealed =
        "transfers WHERE NOT EXISTS (SELECT 1 FROM unsealed_batches u WHERE u.entries LIKE '%' || transfers.id || '%')"
    private static let head = """
        UPDATE journal_head SET number = (SELECT max(number) FROM journal_seals),
          hash = (SELECT hash FROM journal_seals ORDER BY number DESC LIMIT 1)
        """

    private static let seals = [
        Corruption("a sealed transfer's figures", by: "sealed transfers are as they were sealed") {
            $0.add(to: sealed, "amount", "at", "balance_after", "number")
        },
        Corruption("a sealed transfer's words", by: "sealed transfers are as they were sealed") {
            $0.change(sealed, "\($0.word("note", "debit", "credit", "kind", "wallet")) = 'x'")
        },
        Corruption("a sealed transfer that is gone", by: "sealed transfers are as they were sealed") { $0.remove(sealed) },
        Corruption("a transfer that was slipped in", by: "every transfer is sealed, or waits for it") {
            """
            INSERT INTO transfers (id, wallet, number, kind, debit, credit, amount, balance_after, at, note)
            SELECT 'adj_forged', wallet, number + \($0.number(1_000...9_999)), kind, debit, credit, amount, balance_after, at, note
            FROM transfers WHERE id = \($0.one("id", "transfers"))
            """
        },
        Corruption("a transfer that waited and is gone", by: "every transfer is sealed, or waits for it") {
            "DELETE FROM transfers WHERE id = \($0.one("first_entry", "unsealed_batches"))"
        },
        Corruption("a batch that no longer waits", by: "every transfer is sealed, or waits for it") { $0.remove("unsealed_batches") },
        Corruption("a seal's hash", by: "the journal's seals follow one another") {
            let other = $0.word("entries", "(SELECT o.hash FROM journal_seals o WHERE o.number <> journal_seals.number LIMIT 1)")
            return $0.change("journal_seals", "hash = \(other)")
        },
        Corruption("a seal's count", by: "the journal's seals follow one another") { $0.add(to: "journal_seals", "count") },
        Corruption("a seal that is gone", by: "the journal's seals follow one another") { $0.remove("journal_seals") },
        Corruption("the last seals", by: "the journal's seals follow one another") {
            "DELETE FROM journal_seals WHERE number > (SELECT count(*) FROM journal_seals) - \($0.number(1...3))"
        },
        Corruption("the last seals, and the head put back", "every transfer is sealed, or waits for it") { draw in
            [
                .sql("DELETE FROM journal_seals WHERE number > (SELECT count(*) FROM journal_seals) - \(draw.number(1...3))"), .sql(head),
            ]
        },
    ]
}
