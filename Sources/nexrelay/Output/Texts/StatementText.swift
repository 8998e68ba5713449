import RelayDomain

/// A wallet's statement of one month, as a person reads it.
enum StatementText {
    static func one(_ statement: JSONValue) -> String {
        let facts = Table.facts([
            ("account", statement["account"].text), ("month", statement["month"].text), ("opening", statement["opening_credits"].money),
            (statement["open"].isTrue ? "so far" : "closing", statement["closing_credits"].money),
        ])
        let entries = statement["entries"].items
        guard !entries.isEmpty else { return facts + "\n\nno entries" }
        let rows = entries.map { entry in
            ["at", "kind", "credits"].map { entry[$0].text } + [usd(entry["credits"])]
                + ["balance_after_credits", "reference"].map { entry[$0].text }
        }
        return facts + "\n\n" + Table(["AT", "KIND", ">CREDITS", ">USD", ">BALANCE", "REFERENCE"], rows).text
    }

    private static func usd(_ value: JSONValue) -> String { value.credits?.usd ?? "-" }
}
