import Hummingbird
import Logging
import RelayDomain
import RelayStore

/// `…/statements`: the months that have one, and one of them as JSON, as a table for spreadsheets, as a page. Customers have their own, and
/// the operator everybody's.
struct StatementRoutes {
    let ledger: LedgerAccess
    /// `/v1/statements`
    let root: String
    let turns: StatementTurns
    let logger: Logger
    /// Whose they are.
    let account: @Sendable (Call) async throws -> Account

    var all: [Route] {
        [
            Route(.get, root) { [self] in try await list($0) },
            Route(.get, root + "/{month}.csv") { [self] in
                try await .statementSheet(named(by: $0), entries: ledger.reader.entries, logger: logger)
            },
            Route(.get, root + "/{month}.html") { [self] in
                let document = try await named(by: $0)
                return .page(StatementPage(document: document).html, fileName: document.fileName + ".html")
            },
            Route(.get, root + "/{month}") { [self] in
                try await .statement(named(by: $0), entries: ledger.reader.entries, logger: logger)
            },
        ]
    }

    /// Of the month that the query names, or of the present one.
    func statement(_ call: Call) async throws -> Response {
        let account = try await account(call)
        let month = try call.query("month").month("month") ?? ledger.now().month
        return .statement(try await document(of: account, month), entries: ledger.reader.entries, logger: logger)
    }

    private func named(by call: Call) async throws -> StatementDocument {
        let account = try await account(call)
        _ = try call.query()
        guard let month = call.parameters["month"].flatMap(Month.init(text:)) else {
            throw Refusal(.invalidRequest, "A statement is named by its month: 2026-11.", param: "month")
        }
        return try await document(of: account, month)
    }

    private func document(of account: Account, _ month: Month) async throws -> StatementDocument {
        let now = ledger.now()
        guard month <= now.month else { throw Refusal(.notFound, "The month \(month) has not begun.", param: "month") }
        guard month >= account.createdAt.month else {
            throw Refusal(
                .notFound, "This account was opened in \(account.createdAt.month): it has no statement of an earlier month.", param: "month"
            )
        }
        let summary = try await turns.run {
            try await ledger.reader.statement(of: account.id, month: month, listing: ConsoleLimits.statementMovements)
        }
        guard let summary else { throw Refusal.noSuch("account") }
        return StatementDocument(account: account, summary: summary, readAt: now)
    }

    private func list(_ call: Call) async throws -> Response {
        let account = try await account(call)
        let query = try call.query("limit", "cursor")
        let now = ledger.now()
        let newest = try query.month("cursor").map { Month(number: $0.number - 1) } ?? now.month
        let first = account.createdAt.month
        let limit = try query.limit()
        guard newest >= first, newest <= now.month else { return .json(ListView(all: []).json) }
        let periods = try await turns.run {
            try await ledger.reader.statements(of: account.id, months: first...newest, limit: limit)
        }
        guard let periods else { throw Refusal.noSuch("account") }
        let last = periods.last?.month ?? first
        return .json(
            ListView(data: periods.map { StatementView.line(of: $0, at: now) }, next: last > first ? last.description : nil).json)
    }
}
