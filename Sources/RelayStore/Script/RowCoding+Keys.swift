import RelayDomain

extension Key {
    static let columns = """
        hash, id, account, name, display_prefix, models, max_output_tokens, expires_at, created_at, monthly_budget, rpm, concurrency, \
        networks, falls_back, on_disconnect, \(changingColumns)
        """
    /// What changes after a key's creation.
    static let changingColumns = "revoked_at, open_holds, month, used, held, rate"

    init(row: any SQLRow) throws {
        let hash = Array(row.bytes(0))
        guard hash.count == 32 else { throw StoreFailure(.corrupt, "a key hash of \(hash.count) bytes") }
        var policy = KeyPolicy()
        policy.models = row.optionalText(5)?.split(separator: ",").map(String.init) ?? []
        policy.maxOutputTokens = row.optionalInteger(6)
        policy.expiresAt = row.optionalTime(7)
        policy.monthlyBudget = row.optionalInteger(9).map(Credits.init(thousandths:))
        policy.requestsPerMinute = row.optionalInteger(10)
        policy.concurrency = row.optionalInteger(11)
        policy.networks =
            try row.optionalText(12)?.split(separator: ",").map { text in
                guard let network = Network(String(text)) else { throw StoreFailure(.corrupt, "no network: \(text)") }
                return network
            } ?? []
        policy.fallsBack = row.integer(13) != 0
        policy.onDisconnect = row.isNull(14) ? nil : try row.named(14)
        var counters = KeyCounters(month: Month(number: row.integer(17)))
        counters.openHolds = row.integer(16)
        counters.used = row.credits(18)
        counters.held = row.credits(19)
        counters.rate = try row.rateWindow(20)
        self.init(
            id: try row.identifier(1), account: try row.identifier(2), hash: KeyHash(bytes: hash), name: row.text(3),
            displayPrefix: row.text(4), policy: policy, createdAt: row.time(8), revokedAt: row.optionalTime(15), counters: counters)
    }

    func write(to row: inout SQLParameters) {
        row.append(hash)
        row.append(id)
        row.append(account)
        row.append(name)
        row.append(displayPrefix)
        row.append(policy.models.isEmpty ? nil : policy.models.joined(separator: ","))
        row.append(policy.maxOutputTokens)
        row.append(policy.expiresAt)
        row.append(createdAt)
        row.append(policy.monthlyBudget)
        row.append(policy.requestsPerMinute)
        row.append(policy.concurrency)
        row.append(policy.networks.isEmpty ? nil : policy.networks.map(\.description).joined(separator: ","))
        row.append(policy.fallsBack)
        row.append(policy.onDisconnect?.rawValue)
        writeChanging(to: &row)
    }

    /// The columns of ``changingColumns``.
    func writeChanging(to row: inout SQLParameters) {
        row.append(revokedAt)
        row.append(counters.openHolds)
        row.append(counters.month)
        row.append(counters.used)
        row.append(counters.held)
        row.append(counters.rate)
    }
}
