/// Accounts as a person reads them.
enum AccountText {
    static func one(_ account: JSONValue) -> String {
        Table.facts([
            ("account", account["id"].text), ("email", account["email"].text), ("name", account["name"].text),
            ("state", account["state"].text), ("plan", account["plan"].text), ("created", account["created_at"].text),
        ])
    }

    static func list(_ accounts: JSONValue) -> String {
        ListText.table(accounts, ["ACCOUNT", "EMAIL", "NAME", "STATE", "PLAN", "CREATED"]) { account in
            ["id", "email", "name", "state", "plan", "created_at"].map { account[$0].text }
        }
    }
}
