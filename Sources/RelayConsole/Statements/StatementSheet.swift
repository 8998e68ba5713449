import RelayDomain
import RelayStore

/// A statement for spreadsheets. The first row behind the header is the opening balance, the last the closing one, and both move nothing: the
/// credits of all rows lead from the one to the other.
enum StatementSheet {
    static let columns = ["at", "kind", "credits", "balance_after_credits", "reference", "note", "order", "network", "transaction"]

    static func head(of document: StatementDocument) -> String {
        CSVRow.text(columns.map(CSVRow.Cell.text))
            + balance("opening", document.period.opening, at: document.period.month.start)
    }

    static func row(of entry: JournalEntry) -> String {
        CSVRow.text([
            .plain(entry.at.rfc3339), .text(entry.kind), .plain(entry.credits.description), .plain(entry.balanceAfter.description),
            .text(entry.reference), .text(entry.note), .text(entry.order), .text(entry.network), .text(entry.transaction),
        ])
    }

    static func end(of document: StatementDocument) -> String {
        document.isOpen
            ? balance("closing", document.period.closing, at: document.readAt, note: "so far, at \(document.readAt.rfc3339)")
            : balance("closing", document.period.closing, at: document.period.month.next.start)
    }

    private static func balance(_ kind: String, _ credits: Credits, at time: Timestamp, note: String? = nil) -> String {
        CSVRow.text([
            .plain(time.rfc3339), .text(kind), .plain("0"), .plain(credits.description), .text(nil), .text(note), .text(nil), .text(nil),
            .text(nil),
        ])
    }
}
