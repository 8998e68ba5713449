/// A reconciliation as a person reads it.
enum ReconciliationText {
    static func one(_ reconciliation: JSONValue) -> String {
        let checks = reconciliation["checks"].items
        let table = Table(
            ["", "CHECK", ">EXAMINED"],
            checks.map { [$0["ok"].isTrue ? "ok" : "FAILED", $0["name"].text, $0["examined"].text] }
        ).text
        let findings = checks.filter { !$0["ok"].isTrue }.map { check in
            "\n\n" + check["name"].text + ":" + check["findings"].items.map { "\n  " + $0.text }.joined()
        }
        return table + findings.joined() + drift(reconciliation["drift"].items)
            + (reconciliation["ok"].isTrue ? "\n\nThe books are in order." : "\n\nThe books are NOT in order.")
    }

    /// What an upstream's report says less what the receipts say.
    private static func drift(_ drift: [JSONValue]) -> String {
        guard !drift.isEmpty else { return "" }
        let rows = drift.map { entry in
            ["date", "upstream", "model"].map { entry[$0].text } + ["input", "cached", "output"].map { entry[$0]["drift"].text }
                + [entry["usd_drift"].text]
        }
        return "\n\n" + Table(["DATE", "UPSTREAM", "MODEL", ">INPUT", ">CACHED", ">OUTPUT", ">USD"], rows).text
    }
}
