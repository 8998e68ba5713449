import RelayDomain

/// Receipts as a person or a spreadsheet reads them.
enum ReceiptText {
    static func one(_ receipt: JSONValue) -> String {
        let usage = receipt["usage"]
        let credits = receipt["credits"]
        let prices = receipt["prices"]
        var facts = [
            ("request", receipt["id"].text), ("account", receipt["account"].text), ("key", receipt["key"].text),
            ("at", receipt["created_at"].text), ("endpoint", receipt["endpoint"].text + (receipt["stream"].isTrue ? ", streamed" : "")),
            ("model", "\(receipt["model"].text) (asked for: \(receipt["requested_model"].text))"), ("state", receipt["state"].text),
            ("input tokens", "\(usage["input"].text) at $\(prices["input"].text) per 1,000,000"),
            ("output tokens", "\(usage["output"].text) at $\(prices["output"].text), \(usage["reasoning"].text) of them reasoning"),
            ("cached read tokens", "\(usage["cached_read"].text) at $\(prices["cached_read"].text)"),
            ("usage", usage["source"].text), ("held", credits["held"].money), ("charged", credits["charged"].money),
            ("absorbed", credits["absorbed"].money), ("balance after", receipt["balance_after_credits"].money),
            ("max output tokens", receipt["max_output_tokens"].text), ("first byte", milliseconds(receipt["first_byte_milliseconds"])),
            ("duration", milliseconds(receipt["milliseconds"])), ("client disconnected", receipt["client_disconnected"].text),
            ("client retries", receipt["client_retry_count"].text),
        ]
        if receipt["settled_late"].isTrue { facts.append(("settled late", receipt["settled_late"].text)) }
        if let expiredAt = receipt["expired_at"].string { facts.append(("expired at", expiredAt)) }
        if let reason = receipt["not_billed_because"].string { facts.append(("not billed because", reason)) }
        let attempts = receipt["attempts"].items
        guard !attempts.isEmpty else { return Table.facts(facts) }
        let rows = attempts.map { attempt in
            ["upstream", "model", "outcome", "status", "milliseconds", "not_billed_because"].map { attempt[$0].text }
        }
        return Table.facts(facts) + "\n\n" + Table(["UPSTREAM", "MODEL", "OUTCOME", ">STATUS", ">MS", "NOT BILLED BECAUSE"], rows).text
    }

    static func list(_ receipts: JSONValue) -> String {
        ListText.table(receipts, ["REQUEST", "AT", "MODEL", "STATE", ">INPUT", ">OUTPUT", ">CACHED", ">CREDITS", ">USD"]) { receipt in
            let charged = receipt["credits"]["charged"]
            return ["id", "created_at", "model", "state"].map { receipt[$0].text }
                + ["input", "output", "cached_read"].map { receipt["usage"][$0].text } + [charged.text, charged.credits?.usd ?? "-"]
        }
    }

    /// One row a receipt; empty where there is nothing.
    static func csv(_ receipts: JSONValue) -> String {
        let columns: [(name: String, path: [String])] = [
            ("id", ["id"]), ("account", ["account"]), ("key", ["key"]), ("created_at", ["created_at"]), ("endpoint", ["endpoint"]),
            ("stream", ["stream"]), ("requested_model", ["requested_model"]), ("model", ["model"]), ("state", ["state"]),
            ("input_tokens", ["usage", "input"]), ("output_tokens", ["usage", "output"]), ("cached_read_tokens", ["usage", "cached_read"]),
            ("reasoning_tokens", ["usage", "reasoning"]), ("usage_source", ["usage", "source"]), ("held_credits", ["credits", "held"]),
            ("charged_credits", ["credits", "charged"]), ("absorbed_credits", ["credits", "absorbed"]),
            ("balance_after_credits", ["balance_after_credits"]), ("milliseconds", ["milliseconds"]),
            ("settled_late", ["settled_late"]), ("expired_at", ["expired_at"]),
        ]
        let rows = receipts["data"].items.map { receipt in
            columns.map { column in cell(column.path.reduce(receipt) { $0[$1] }) }
        }
        return Table.csv(columns.map(\.name), rows)
    }

    private static func cell(_ value: JSONValue) -> String {
        switch value {
        case .null: ""
        case .boolean(let isTrue): isTrue ? "true" : "false"
        default: value.text
        }
    }

    private static func milliseconds(_ value: JSONValue) -> String { value == .null ? "-" : "\(value.text) ms" }
}
