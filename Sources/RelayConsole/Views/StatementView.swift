import RelayDomain
import RelayStore

/// `{"account","month","open","as_of","opening_credits","opening_usd","closing_credits","closing_usd","entries":[{"at","kind","credits",
/// "balance_after_credits","reference"}]}`; an entry has `note`, `order`, `network`, `transaction` where there is one.
enum StatementView {
    /// All but the entries.
    static func head(of document: StatementDocument) -> JSONValue {
        .object(
            [
                .init(name: "account", value: .id(document.account.id)),
                .init(name: "month", value: .string(document.period.month.description)),
                .init(name: "open", value: .bool(document.isOpen)), .init(name: "as_of", value: .time(document.readAt)),
            ] + balances(of: document.period))
    }

    /// `{"month","open","opening_credits","opening_usd","closing_credits","closing_usd"}`, of a list.
    static func line(of period: StatementPeriod, at now: Timestamp) -> JSONValue {
        .object(
            [
                .init(name: "month", value: .string(period.month.description)), .init(name: "open", value: .bool(period.isOpen(at: now))),
            ] + balances(of: period))
    }

    static func entry(_ entry: JournalEntry) -> JSONValue {
        let facts = [("note", entry.note), ("order", entry.order), ("network", entry.network), ("transaction", entry.transaction)]
        return .object(
            [
                .init(name: "at", value: .time(entry.at)), .init(name: "kind", value: .string(entry.kind)),
                .init(name: "credits", value: .credits(entry.credits)),
                .init(name: "balance_after_credits", value: .credits(entry.balanceAfter)),
                .init(name: "reference", value: .string(entry.reference)),
            ] + facts.compactMap { name, value in value.map { .init(name: name, value: .string($0)) } })
    }

    private static func balances(of period: StatementPeriod) -> [JSONValue.Field] {
        [
            .init(name: "opening_credits", value: .credits(period.opening)),
            .init(name: "opening_usd", value: .string(period.opening.usd)),
            .init(name: "closing_credits", value: .credits(period.closing)),
            .init(name: "closing_usd", value: .string(period.closing.usd)),
        ]
    }
}
