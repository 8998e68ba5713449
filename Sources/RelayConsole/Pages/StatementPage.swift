import RelayDomain
import RelayStore

/// A month's statement as a page that can be printed. It has been checked that it adds up.
struct StatementPage {
    let document: StatementDocument

    private var summary: StatementSummary { document.summary }
    private var period: StatementPeriod { document.period }

    var html: String {
        StatementTemplate.page.html(
            title: "Statement for \(period.month)",
            [
                "month": period.month.description, "isOpen": document.isOpen, "readAt": PageFigures.time(document.readAt),
                "readAtISO": document.readAt.rfc3339, "accountName": document.account.name, "email": document.account.email,
                "accountID": document.account.id.description, "first": period.month.start.dayText,
                "last": Timestamp(day: period.month.next.start.day - 1).dayText, "opening": PageFigures.amount(period.opening),
                "closing": PageFigures.amount(period.closing), "sums": sums,
                "closingName": document.isOpen ? "Balance so far, at \(PageFigures.time(document.readAt)) UTC" : "Closing balance",
                "hasMovements": !summary.movements.isEmpty, "movements": summary.movements.map(movement), "unlisted": unlisted,
                "isIdle": isIdle, "usage": usage,
            ])
    }

    // MARK: From the opening to the closing balance

    private var sums: [[String: Any]] {
        summary.moved.map { sum(Self.plural($0.kind), $0.count, $0.credits) }
            + [("Requests", summary.used), ("Late settlements", summary.late)].filter { $0.1.requests > 0 }
            .map { sum($0.0, $0.1.requests, .zero - $0.1.credits) }
    }

    private func sum(_ what: String, _ count: Int64, _ credits: Credits) -> [String: Any] {
        PageFigures.amount(credits, isSigned: true).merging(["what": what, "count": PageFigures.grouped(count)]) { own, _ in own }
    }

    private static func plural(_ kind: String) -> String {
        switch Transfer.Kind(rawValue: kind) {
        case .recharge: "Recharges"
        case .adjustment: "Adjustments"
        case .refund: "Payments sent back"
        case .charge, .absorbed, nil: kind
        }
    }

    // MARK: One by one

    /// A number, or false, which leaves the sentence out.
    private var unlisted: Any { summary.unlisted > 0 ? PageFigures.grouped(summary.unlisted) : false }

    private func movement(_ entry: JournalEntry) -> [String: Any] {
        let facts = [
            ("Reference", entry.reference), ("Order", entry.order), ("Network", entry.network), ("Transaction", entry.transaction),
            ("Note", entry.note),
        ].compactMap { name, value in value.map { ["name": name, "value": $0] } }
        return PageFigures.amount(entry.credits, isSigned: true).merging([
            "at": PageFigures.time(entry.at), "what": Self.singular(entry), "facts": facts,
            "balance": PageFigures.grouped(entry.balanceAfter),
        ]) { own, _ in own }
    }

    private static func singular(_ entry: JournalEntry) -> String {
        if entry.isLate { return "Late settlement" }
        return switch Transfer.Kind(rawValue: entry.kind) {
        case .recharge: "Recharge"
        case .adjustment: "Adjustment"
        case .refund: "Payment sent back"
        case .charge, .absorbed, nil: entry.kind
        }
    }

    // MARK: Requests

    private var isIdle: Bool { summary.usage.isEmpty && summary.late.requests == 0 }

    private var usage: [[String: Any]] {
        guard !isIdle else { return [] }
        let days = Dictionary(grouping: summary.usage, by: \.day).sorted { $0.key < $1.key }
        let models = Dictionary(grouping: summary.usage, by: \.model).sorted { $0.key < $1.key }
        return [
            table("Requests by day", "Day", days.map { (Timestamp(day: $0.key).dayText, $0.value) }),
            table("Requests by model", "Model", models.map { ($0.key, $0.value) }),
        ]
    }

    private func table(_ caption: String, _ group: String, _ rows: [(name: String, usage: [StatementSummary.Usage])]) -> [String: Any] {
        let rows = rows.map { row in
            PageFigures.row(row.name, row.usage.reduce(into: UsageTotal()) { $0 += $1.total })
        }
        return ["caption": caption, "group": group, "rows": rows, "totals": totals]
    }

    private var totals: [[String: Any]] {
        var all = summary.used
        all += summary.late
        let parts = [("Settled in time", summary.used), ("Settled late", summary.late)]
        return ((summary.late.requests > 0 ? parts : []) + [("All", all)]).map { PageFigures.row($0.0, $0.1) }
    }
}
