import Hummingbird
import RelayDomain
import RelayStore

/// `/admin/v1/wallets/{account}`: show, adjust by hand, the month's statement.
struct AdminWalletRoutes {
    let ledger: LedgerAccess

    var all: [Route] {
        [
            Route(.get, "/admin/v1/wallets/{account}") { [self] in try await show($0) },
            Route(.post, "/admin/v1/wallets/{account}/adjust") { [self] in try await adjust($0) },
            Route(.get, "/admin/v1/wallets/{account}/statement") { [self] in try await statement($0) },
        ]
    }

    private func show(_ call: Call) async throws -> Response {
        guard let (_, wallet) = try await ledger.reader.account(try call.identifier("account", of: "account")) else {
            throw Refusal.noSuch("account")
        }
        return .json(ledger.view(of: wallet).json)
    }

    private func adjust(_ call: Call) async throws -> Response {
        let account: AccountID = try call.identifier("account", of: "account")
        var fields = try await call.fields()
        let credits = try fields.credits("credits")
        let reason = try fields.text("reason", .reason)
        let now = ledger.now()
        let id = try fields.optionalIdentifier("id", AdjustmentKind.self) ?? .fresh(at: now)
        try fields.finish()
        let adjustment = Adjustment(id: id, account: account, credits: credits, reason: reason, at: now)
        return .json(ledger.view(of: try await ledger.wallet(after: .adjust(adjustment))).json)
    }

    private func statement(_ call: Call) async throws -> Response {
        let account: AccountID = try call.identifier("account", of: "account")
        let month = try call.query("month").month("month") ?? ledger.now().month
        guard let statement = try await ledger.reader.statement(of: account, month: month) else { throw Refusal.noSuch("account") }
        return .json(StatementView(account: account, statement: statement).json)
    }
}
