/// Deposits as a person reads them.
enum DepositText {
    static func one(_ deposit: JSONValue) -> String {
        let claims = deposit["claims"].items.map { "\($0["order"].text) of \($0["account"].text)" }.joined(separator: ", ")
        return Table.facts([
            ("deposit", deposit["id"].text), ("amount", deposit["amount"].text), ("worth", deposit["face_credits"].money),
            ("from", deposit["sender"].text), ("to", deposit["address"].text),
            ("block", "\(deposit["block"].text) at \(deposit["at"].text)"), ("state", deposit["state"].text),
            ("reason", deposit["reason"].text), ("order", deposit["order"].text), ("account", deposit["account"].text),
            ("claimed", claims.isEmpty ? "-" : claims), ("outcome", deposit["outcome"].text), ("credited", deposit["credits"].money),
            ("note", deposit["note"].text), ("decided", deposit["decided_at"].text), ("sent back", deposit["refund_transaction"].text),
        ])
    }

    static func list(_ deposits: JSONValue) -> String {
        ListText.table(deposits, ["DEPOSIT", ">AMOUNT", "AT", "STATE", "REASON", "ORDER", "ACCOUNT"]) { deposit in
            ["id", "amount", "at", "state", "reason", "order", "account"].map { deposit[$0].text }
        }
    }
}
