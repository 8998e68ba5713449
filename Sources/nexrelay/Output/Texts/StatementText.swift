import RelayDomain

/// A wallet's statement of one month, as a person or a spreadsheet reads it.
enum StatementText {
    static func one(_ statement: JSONValue) -> String {
        let facts = Table.facts([
            ("account", statement["account"].text), ("month", statement["month"].text), ("opening", statement["opening_credits"].money),
            ("closing", statement["closing_credits"].money),
        ])
        let entries = statement["entries"].items
        guard !entries.isEmpty else { return facts + "\n\nno entries" }
        let rows = entries.map { entry in
            ["at", "kind", "credits"].map { entry[$0].text } + [usd(entry["credits"])]
                + ["balance_after_credits", "reference"].map { entry[$0].text }
        }
        return facts + "\n\n" + Table(["AT", "KIND", ">CREDITS", ">USD", ">BALANCE", "REFERENCE"], rows).text
    }

    /// The columns of the JSON document's entries.
    static func csv(_ statement: JSONValue) -> String {
        let columns = ["at", "kind", "credits", "balance_after_credits", "reference"]
        return Table.csv(columns, statement["entries"].items.map { entry in columns.map { entry[$0].text } })
    }

    private static func usd(_ value: JSONValue) -> String { value.credits?.usd ?? "-" }
}
