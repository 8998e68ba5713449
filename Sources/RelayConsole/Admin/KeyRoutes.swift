import Hummingbird
import RelayDomain
import RelayStore

/// `/admin/v1/keys`: create, list, revoke. The secret is in the answer to the creation, and nowhere else.
struct KeyRoutes {
    let ledger: LedgerAccess

    var all: [Route] {
        [
            Route(.post, "/admin/v1/keys") { [self] in try await create($0) },
            Route(.get, "/admin/v1/keys") { [self] in try await list($0) },
            Route(.post, "/admin/v1/keys/{id}/revoke") { [self] in try await revoke($0) },
        ]
    }

    private func create(_ call: Call) async throws -> Response {
        var fields = try await call.fields()
        let account: AccountID = try fields.identifier("account")
        let name = try fields.optionalText("name", .name) ?? ""
        let now = ledger.now()
        let policy = try KeyPolicy(try fields.object("policy"), now: now)
        try fields.finish()
        var generator = SystemRandomNumberGenerator()
        let secret = KeySecret(account: account, random: &generator)
        let key = Key(
            id: .fresh(at: now), account: account, hash: ledger.hashSecret(secret), name: name, displayPrefix: secret.displayPrefix,
            policy: policy, createdAt: now)
        let created = try await ledger.key(after: .createKey(key))
        return .json(KeyView(key: created, secret: secret, now: now).json, status: .created)
    }

    private func list(_ call: Call) async throws -> Response {
        let query = try call.query("account", "limit", "cursor")
        let page = try await ledger.reader.keys(
            of: query.identifier("account", AccountKind.self), limit: query.limit(), after: query.cursor(KeyKind.self))
        let now = ledger.now()
        return .json(ListView(page) { KeyView(key: $0, now: now).json }.json)
    }

    /// A key that is revoked already is answered as it stands.
    private func revoke(_ call: Call) async throws -> Response {
        let id: KeyID = try call.identifier("id", of: "key")
        try await call.fields().finish()
        guard let key = try await ledger.reader.key(id) else { throw Refusal.noSuch("key") }
        let now = ledger.now()
        let revoked = try await ledger.key(after: .revokeKey(key.account, id, at: now))
        return .json(KeyView(key: revoked, now: now).json)
    }
}
