/// Recharge orders as a person reads them.
enum RechargeText {
    static func one(_ order: JSONValue) -> String {
        Table.facts([
            ("order", order["id"].text), ("account", order["account"].text), ("plan", order["plan"].text),
            ("to pay", "$" + order["usd"].text), ("adds", order["credits"].money), ("state", order["state"].text),
            ("transaction", order["transaction"].text), ("credited", order["credited_at"].text),
        ])
    }

    static func list(_ orders: JSONValue) -> String {
        ListText.table(orders, ["ORDER", "ACCOUNT", "PLAN", ">USD", ">CREDITS", "STATE", "CREDITED"]) { order in
            ["id", "account", "plan", "usd", "credits", "state", "credited_at"].map { order[$0].text }
        }
    }
}
