/// Damage to what was paid on networks.
extension Corruption {
    private static let paying = "deposits WHERE outcome IN ('matched', 'linked', 'credit_plan')"
    private static let paid = "orders WHERE deposit IS NOT NULL"
    private static let entered = "deposits WHERE outcome IN ('credit_face', 'refund')"

    static let payments = orders + entries + words

    private static let orders = [
        Corruption("what a deposit credited", by: "a deposit that paid an order is that order's own") {
            "UPDATE deposits SET credited = coalesce(credited, 0) + \($0.number()) WHERE id = \($0.one("id", paying))"
        },
        Corruption("a deposit that paid another order", by: "a deposit that paid an order is that order's own") {
            let other = $0.one("id", "orders WHERE network IS NOT NULL AND deposit IS NULL")
            return "UPDATE deposits SET order_id = \(other) WHERE id = \($0.one("id", paying))"
        },
        Corruption("an order whose deposit is gone", by: "a deposit that paid an order is that order's own") {
            "DELETE FROM deposits WHERE id = \($0.one("deposit", paid))"
        },
        Corruption("a deposit that was taken back", by: "a deposit that paid an order is that order's own") {
            "UPDATE deposits SET outcome = NULL, state = '\($0.word("new", "review"))' WHERE id = \($0.one("id", paying))"
        },
        Corruption("an exact payment that was not", by: "a deposit that paid an order is that order's own") {
            let change = $0.word("amount = amount || '0'", "recipient = 'T'", "at = at + 999999999")
            return "UPDATE deposits SET \(change) WHERE id = \($0.one("id", "deposits WHERE outcome = 'matched'"))"
        },
        Corruption("an order that was paid by nothing", by: "orders that were paid on a network have a deposit or the operator's word") {
            "UPDATE orders SET deposit = NULL, note = NULL WHERE id = \($0.one("id", "orders WHERE network IS NOT NULL AND credited_at > 0"))"
        },
        Corruption("a payment that nobody has seen", by: "payments that the operator named were seen on the chain") {
            "UPDATE networks SET scanned_at = scanned_at + 86400000 + \($0.number()) WHERE cursor IS NOT NULL"
        },
        Corruption("a link that is gone", "payments that the operator named were seen on the chain") { draw in
            [
                .sql(
                    "UPDATE orders SET deposit = NULL WHERE id = \(draw.one("id", "orders WHERE payment IS NOT NULL AND deposit IS NOT NULL"))"
                ),
                .sql("UPDATE networks SET scanned_at = scanned_at + 90000000 WHERE cursor IS NOT NULL"),
            ]
        },
        Corruption("a payment by two names", by: "each payment is used once") {
            "UPDATE orders SET payment = 'tx-\($0.number(100...999))' WHERE id = \($0.one("id", paid))"
        },
        Corruption("one deposit for two orders", "a deposit that paid an order is that order's own") { draw in
            let deposit = draw.one("deposit", paid)
            let order = draw.one("id", "orders WHERE credited_at IS NOT NULL AND deposit IS NULL")
            return [.unconstrain("orders"), .sql("UPDATE orders SET deposit = \(deposit) WHERE id = \(order)")]
        },
    ]

    private static let entries = [
        Corruption("a deposit's entry that is gone", by: "a deposit's own entries are what was decided") {
            "DELETE FROM transfers WHERE id = (\($0.one("id", entered))) || ':credit'"
        },
        Corruption("half of a refund", by: "a deposit's own entries are what was decided") {
            "DELETE FROM transfers WHERE id = \($0.one("id", "transfers WHERE kind = 'refund'"))"
        },
        Corruption("a refund of another amount", by: "a deposit's own entries are what was decided") {
            "UPDATE transfers SET amount = amount + \($0.number()) WHERE id = \($0.one("id", "transfers WHERE kind = 'refund'"))"
        },
        Corruption("a credited deposit under review", by: "a deposit's own entries are what was decided") {
            "UPDATE deposits SET state = 'review', outcome = NULL WHERE id = \($0.one("id", entered))"
        },
        Corruption("a deposit in two states", by: "a deposit's own entries are what was decided") {
            "UPDATE deposits SET state = '\($0.word("credited", "ignored"))' WHERE id = \($0.one("id", "deposits WHERE state = 'review'"))"
        },
        Corruption("a refund of nothing", by: "nothing was sent back but a deposit") {
            "DELETE FROM deposits WHERE id = \($0.one("id", "deposits WHERE state = 'refunded'"))"
        },
        Corruption("a refund of what was not sent back", by: "nothing was sent back but a deposit") {
            "UPDATE deposits SET state = 'ignored', outcome = 'ignore' WHERE id = \($0.one("id", "deposits WHERE state = 'refunded'"))"
        },
        Corruption("credits of a deposit that is gone", by: "no recharge without an order or a deposit") {
            "DELETE FROM deposits WHERE id = \($0.one("id", "deposits WHERE outcome = 'credit_face'"))"
        },
    ]

    private static let words = [
        Corruption("a slot that is gone", by: "slots belong to one order at a time") {
            "DELETE FROM payment_slots WHERE order_id = \($0.one("order_id", "payment_slots"))"
        },
        Corruption("a slot of another order", by: "slots belong to one order at a time") {
            let other = $0.one("order_id", "payment_slots WHERE account <> (SELECT min(account) FROM payment_slots)")
            let own = $0.one("order_id", "payment_slots WHERE account = (SELECT min(account) FROM payment_slots)")
            return "UPDATE payment_slots SET order_id = \(other) WHERE order_id = \(own)"
        },
        Corruption("a slot that is free too early", by: "slots belong to one order at a time") {
            "UPDATE payment_slots SET until = until - \($0.number()) WHERE order_id = \($0.one("order_id", "payment_slots"))"
        },
        Corruption("a slot that was given twice", by: "slots belong to one order at a time") {
            """
            INSERT INTO orders (id, account, plan, price, credits, created_at, state, network, address, amount, decimals, expires_at,
              grace_until, confirmations_needed)
            SELECT 'rch_0000000000000g0000000000' || \($0.number(10...99)), account, plan, price, credits, created_at + 1, 'waiting', network,
              address, amount, decimals, expires_at, grace_until, confirmations_needed
            FROM orders WHERE id = \($0.one("id", "orders WHERE network IS NOT NULL"))
            """
        },
        Corruption("a payment of an order of another's", by: "what is said of an order's payments is said of one that is there") {
            "UPDATE deposits SET account = NULL WHERE id = \($0.one("id", "deposits WHERE order_id IS NOT NULL"))"
        },
        Corruption("a sighting or a claim for nothing", by: "what is said of an order's payments is said of one that is there") {
            let table = $0.word("sightings", "claims")
            return "UPDATE \(table) SET order_id = 'rch_nothing' WHERE order_id = \($0.one("order_id", table))"
        },
        Corruption("a block that nobody has scanned", by: "transfers are of blocks that were scanned, and those were final") {
            let table = $0.word("deposits", "sweeps")
            return "UPDATE \(table) SET block = block + \($0.number(101...999)) WHERE id = \($0.one("id", table))"
        },
        Corruption("a cursor beyond what is final", by: "transfers are of blocks that were scanned, and those were final") {
            "UPDATE networks SET cursor = final + \($0.number()) WHERE cursor IS NOT NULL"
        },
        Corruption("a network of deposits that was never scanned", by: "transfers are of blocks that were scanned, and those were final") {
            "UPDATE deposits SET network = '\($0.word("bsc", "polygon"))' WHERE id = \($0.one("id", "deposits"))"
        },
        Corruption("a balance", by: "addresses hold on the chain what the books say") {
            "UPDATE networks SET balance = balance || '\($0.number())' WHERE balance IS NOT NULL"
        },
        Corruption("what a network has received or given", by: "networks have received and given what their rows say") {
            "UPDATE networks SET \($0.word("received = received", "swept = swept")) || '\($0.number())' WHERE cursor IS NOT NULL"
        },
        Corruption("a transfer that is gone", by: "networks have received and given what their rows say") {
            let table = $0.word("deposits", "sweeps")
            return "DELETE FROM \(table) WHERE id = \($0.one("id", table))"
        },
        Corruption("what a deposit is worth", by: "deposits are worth what was paid") {
            let change = $0.word("face = face + 1", "amount = amount || '0'", "decimals = decimals + 1", "decimals = 90", "face = NULL")
            return "UPDATE deposits SET \(change) WHERE id = \($0.one("id", "deposits"))"
        },
        Corruption("a deposit's name", by: "deposits are worth what was paid") {
            "UPDATE deposits SET transaction_hash = '0x\($0.number())' WHERE id = \($0.one("id", "deposits"))"
        },
    ]
}
