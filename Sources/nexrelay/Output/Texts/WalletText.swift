/// A wallet as a person reads it.
enum WalletText {
    static func one(_ wallet: JSONValue) -> String {
        let highCost = wallet["high_cost"]
        let facts = Table.facts([
            ("account", wallet["account"].text),
            (
                "plan",
                wallet["plan"].text
                    + (wallet["next_plan"] == .null ? "" : ", from \(wallet["resets_at"].text) on \(wallet["next_plan"].text)")
            ),
            ("credits", wallet["credits"].money),
            ("held", wallet["held_credits"].money), ("available", wallet["available_credits"].money),
            ("requests in flight", "\(wallet["requests_in_flight"].text) of \(wallet["concurrency"].text)"),
            ("requests in the last minute", "\(wallet["rate"]["used"].text) of \(wallet["rate"]["limit"].text)"),
            ("high-cost models", "\(highCost["used_credits"].money) of \(highCost["budget_credits"].money)"),
            ("month", "\(wallet["month"].text), until \(wallet["resets_at"].text)"),
        ])
        let meters = [("input", "allowance"), ("output", "allowance"), ("cached_read", "allowance"), ("total", "cap")].map { name, limit in
            let meter = wallet["meters"][name]
            return [name, meter["used"].text, meter["held"].text, meter[limit].text, meter["remaining"].text]
        }
        return facts + "\n\n" + Table(["TOKENS", ">USED", ">HELD", ">LIMIT", ">REMAINING"], meters).text
    }
}
