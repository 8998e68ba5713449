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

extension KeyPolicy {
    /// Fields of a policy that this relay does not enforce. Accepting one would promise a limit that does not hold.
    private static let unsupported = ["monthly_budget_credits", "rpm", "concurrency", "networks", "fallback", "on_disconnect"]

    /// Reads the policy of a new key.
    /// - Throws: `unsupported_parameter` for a limit that would not be enforced, `invalid_request` for nonsense.
    init(_ fields: consuming Fields, now: Timestamp) throws(Refusal) {
        for name in Self.unsupported where fields.value(name) != nil {
            throw Refusal(.unsupportedParameter, "This relay does not enforce `\(name)` on a key. Leave it out.", param: name)
        }
        let models = try fields.optionalTexts("models", .modelName)
        if let models, models.isEmpty || models.count > ConsoleLimits.policyModels || Set(models).count < models.count {
            throw Refusal(
                .invalidRequest,
                "`models` names 1 to \(ConsoleLimits.policyModels) models, each once. Leave it out to allow all.", param: "models")
        }
        let maxOutputTokens = try fields.optionalTokens("max_output_tokens")
        let expiresAt = try fields.optionalTime("expires_at")
        if let expiresAt, expiresAt <= now {
            throw Refusal(.invalidRequest, "`expires_at` lies in the future.", param: "expires_at")
        }
        try fields.finish()
        self.init(models: models ?? [], maxOutputTokens: maxOutputTokens, expiresAt: expiresAt)
    }
}
