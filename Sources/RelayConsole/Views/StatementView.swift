import RelayDomain
import RelayStore

/// `{"account","month","opening_credits","closing_credits","entries":[{"at","kind","credits","balance_after_credits","reference"}]}`
struct StatementView {
    let account: AccountID
    let statement: WalletStatement

    var json: JSONValue {
        [
            "account": .id(account),
            "month": .string(statement.month.description),
            "opening_credits": .credits(statement.opening),
            "closing_credits": .credits(statement.closing),
            "entries": .array(statement.entries.map(entry)),
        ]
    }

    private func entry(_ entry: WalletStatement.Entry) -> JSONValue {
        [
            "at": .time(entry.at),
            "kind": .string(entry.kind),
            "credits": .credits(entry.credits),
            "balance_after_credits": .credits(entry.balanceAfter),
            "reference": .string(entry.reference),
        ]
    }
}
