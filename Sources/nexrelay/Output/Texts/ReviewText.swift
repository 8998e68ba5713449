/// Entries of the review queue as a person reads them.
enum ReviewText {
    static func one(_ review: JSONValue) -> String {
        let evidence = review["evidence"]
        return Table.facts([
            ("review", review["id"].text), ("account", review["account"].text), ("reason", review["reason"].text),
            ("state", review["state"].text), ("seen", evidence["summary"].text), ("times", evidence["count"].text),
            ("requests", evidence["requests"].items.map(\.text).joined(separator: " ")), ("last", evidence["last_at"].text),
            ("note", review["note"].text), ("created", review["created_at"].text),
        ])
    }

    static func list(_ reviews: JSONValue) -> String {
        ListText.table(reviews, ["REVIEW", "ACCOUNT", "REASON", "STATE", ">TIMES", "SEEN"]) { review in
            ["id", "account", "reason", "state"].map { review[$0].text }
                + [review["evidence"]["count"].text, review["evidence"]["summary"].text]
        }
    }
}
