extension WebhookEvent {
    /// The message's body, JSON: `{"type","timestamp","data":{…}}`. Written once, so that every attempt sends the same bytes.
    public var body: String {
        var data = EventObject()
        switch payload {
        case .recharge(let notice): notice.write(to: &data)
        case .walletLow(let account, let credits, let threshold):
            data.add("account", account.description)
            data.add("credits", credits)
            data.add("usd", credits.usd)
            data.add("threshold_credits", threshold)
        case .keyBudget(let notice): notice.write(to: &data)
        case .review(let id, let account, let reason, let summary):
            data.add("id", id.description)
            data.add("account", account.description)
            data.add("reason", reason.rawValue)
            data.add("summary", summary)
        case .deposit(let id, let amount, let decimals, let reason):
            data.add("id", id.description)
            data.add("network", id.network.rawValue)
            data.add("transaction", id.transaction)
            data.add("amount", amount.decimal(decimals))
            data.add("reason", reason.rawValue)
        }
        var message = EventObject()
        message.add("type", kind.rawValue)
        message.add("timestamp", at.rfc3339)
        message.add("data", data)
        return message.text
    }
}

extension RechargeNotice {
    fileprivate func write(to data: inout EventObject) {
        data.add("id", order.description)
        data.add("account", account.description)
        data.add("plan", plan)
        data.add("usd", price.usd)
        data.add("credits", credits)
        data.add("state", standing.rawValue)
        data.add("network", network?.rawValue)
        data.add("transaction", transaction)
    }
}

extension KeyBudgetNotice {
    fileprivate func write(to data: inout EventObject) {
        data.add("account", account.description)
        data.add("key", key.description)
        data.add("month", month.description)
        data.add("used_credits", used)
        data.add("budget_credits", budget)
        data.add("percent", Credits(percent))
    }
}

/// A JSON object whose members stand in the order in which they were added. Names are words of this program, and need no escapes.
struct EventObject {
    private var members: [String] = []

    var text: String { "{\(members.joined(separator: ","))}" }

    mutating func add(_ name: String, _ value: String?) { members.append("\"\(name)\":\(value.map(Self.quoted) ?? "null")") }
    mutating func add(_ name: String, _ value: Credits) { members.append("\"\(name)\":\(value)") }
    mutating func add(_ name: String, _ value: EventObject) { members.append("\"\(name)\":\(value.text)") }

    /// RFC 8259, section 7: quotation mark, reverse solidus and the control characters are escaped.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
