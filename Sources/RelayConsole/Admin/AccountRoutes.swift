import Hummingbird
import RelayDomain
import RelayStore

/// `/admin/v1/accounts`: open, list, show, put on a plan, suspend and resume.
struct AccountRoutes {
    let ledger: LedgerAccess

    var all: [Route] {
        [
            Route(.post, "/admin/v1/accounts") { [self] in try await create($0) },
            Route(.get, "/admin/v1/accounts") { [self] in try await list($0) },
            Route(.get, "/admin/v1/accounts/{id}") { [self] in .json(try await view(of: $0.identifier("id", of: "account"))) },
            Route(.post, "/admin/v1/accounts/{id}/plan") { [self] in try await setPlan($0) },
            Route(.post, "/admin/v1/accounts/{id}/suspend") { [self] in try await suspend($0) },
            Route(.post, "/admin/v1/accounts/{id}/resume") { [self] in try await resume($0) },
        ]
    }

    private func create(_ call: Call) async throws -> Response {
        var fields = try await call.fields()
        let email = try EmailAddress.normalized(try fields.text("email", .email))
        let name = try fields.optionalText("name", .name) ?? ""
        try fields.finish()
        let now = ledger.now()
        let opened = Account(id: .fresh(at: now), email: email, name: name, createdAt: now)
        let (account, wallet) = try await ledger.account(after: .openAccount(opened))
        return .json(AccountView(account: account, wallet: wallet, now: now).json, status: .created)
    }

    private func list(_ call: Call) async throws -> Response {
        let query = try call.query("limit", "cursor")
        let page = try await ledger.reader.accounts(limit: query.limit(), after: query.cursor(AccountKind.self))
        return .json(ListView(page) { AccountView(account: $0.0, wallet: $0.1, now: ledger.now()).json }.json)
    }

    private func setPlan(_ call: Call) async throws -> Response {
        let id: AccountID = try call.identifier("id", of: "account")
        var fields = try await call.fields()
        let plan = try fields.text("plan", .planID)
        try fields.finish()
        _ = try await ledger.wallet(after: .setPlan(id, plan: plan, at: ledger.now()))
        return .json(try await view(of: id))
    }

    private func suspend(_ call: Call) async throws -> Response {
        let id: AccountID = try call.identifier("id", of: "account")
        var fields = try await call.fields()
        let reason = try fields.text("reason", .reason)
        try fields.finish()
        _ = try await ledger.wallet(after: .suspend(id, because: reason))
        return .json(try await view(of: id))
    }

    private func resume(_ call: Call) async throws -> Response {
        let id: AccountID = try call.identifier("id", of: "account")
        try await call.fields().finish()
        _ = try await ledger.wallet(after: .suspend(id, because: nil))
        return .json(try await view(of: id))
    }

    private func view(of id: AccountID) async throws -> JSONValue {
        guard let (account, wallet) = try await ledger.reader.account(id) else { throw Refusal.noSuch("account") }
        return AccountView(account: account, wallet: wallet, now: ledger.now()).json
    }
}
