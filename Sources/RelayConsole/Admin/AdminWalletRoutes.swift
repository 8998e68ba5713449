import Hummingbird
import Logging
import RelayDomain
import RelayStore

/// `/admin/v1/wallets/{account}`: show, adjust by hand, the months' statements.
struct AdminWalletRoutes {
    let ledger: LedgerAccess
    let logger: Logger

    var all: [Route] {
        let statements = statements
        return [
            Route(.get, "/admin/v1/wallets/{account}") { [self] in try await show($0) },
            Route(.post, "/admin/v1/wallets/{account}/adjust") { [self] in try await adjust($0) },
            Route(.get, "/admin/v1/wallets/{account}/statement") { try await statements.statement($0) },
        ] + statements.all
    }

    private var statements: StatementRoutes {
        StatementRoutes(ledger: ledger, root: StatementDescription.adminRoot, turns: StatementTurns(), logger: logger) { [ledger] call in
            guard let (account, _) = try await ledger.reader.account(try call.identifier("account", of: "account")) else {
                throw Refusal.noSuch("account")
            }
            return account
        }
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
}
