/// People who sign in, as a person reads them.
enum PersonText {
    static func one(_ person: JSONValue) -> String {
        var facts = [
            ("person", person["id"].text), ("email", person["email"].text), ("name", person["name"].text), ("role", person["role"].text),
            ("account", person["account"].text), ("state", person["state"].text), ("codes", person["codes"].isTrue ? "on" : "off"),
            ("created", person["created_at"].text),
        ]
        guard let password = person["password"].string else { return Table.facts(facts) }
        facts.append(("password", password))
        facts.append(("good until", person["password_expires_at"].text))
        return Table.facts(facts)
            + "\n\nThe password is shown this once, and is good for one sign-in at /login, where another one is chosen."
    }

    static func list(_ people: JSONValue) -> String {
        ListText.table(people, ["PERSON", "EMAIL", "NAME", "STATE", "CODES", "CREATED"]) { person in
            ["id", "email", "name", "state"].map { person[$0].text } + [person["codes"].isTrue ? "on" : "off", person["created_at"].text]
        }
    }
}
