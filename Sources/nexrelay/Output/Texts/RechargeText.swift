/// Recharge orders as a person reads them.
enum RechargeText {
    static func one(_ order: JSONValue) -> String {
        Table.facts(
            [
                ("order", order["id"].text), ("account", order["account"].text), ("plan", order["plan"].text),
                ("to pay", "$" + order["usd"].text), ("adds", order["credits"].money), ("state", order["state"].text),
            ] + payment(order) + [("transaction", order["transaction"].text), ("credited", order["credited_at"].text)])
    }

    /// Nothing for an order that is confirmed by hand.
    private static func payment(_ order: JSONValue) -> [(name: String, value: String)] {
        guard let network = order["network"].string else { return [] }
        return [
            ("network", network), ("address", order["address"].text), ("amount", "\(order["amount"].text) USDT, exactly"),
            ("expires", order["expires_at"].text), ("grace until", order["grace_until"].text), ("link", order["uri"].text),
            ("confirmations", "\(order["confirmations"].text) of \(order["confirmations_needed"].text)"),
        ]
    }

    static func list(_ orders: JSONValue) -> String {
        ListText.table(orders, ["ORDER", "ACCOUNT", "PLAN", ">USD", ">CREDITS", "NETWORK", ">AMOUNT", "STATE", "CREDITED"]) { order in
            ["id", "account", "plan", "usd", "credits", "network", "amount", "state", "credited_at"].map { order[$0].text }
        }
    }
}
