import RelayDomain

/// How values of the domain stand in the tables: for each a list of columns, and the two directions. The order is the same in all three.

extension SQLRow {
    func identifier<Kind>(_ column: Int, _ kind: Kind.Type = Kind.self) throws -> Identifier<Kind> {
        guard let id = Identifier<Kind>(text(column)) else { throw StoreFailure(.corrupt, "no \(Kind.prefix)id: \(text(column))") }
        return id
    }

    func credits(_ column: Int) -> Credits { Credits(thousandths: integer(column)) }
    func time(_ column: Int) -> Timestamp { Timestamp(milliseconds: integer(column)) }
    func optionalTime(_ column: Int) -> Timestamp? { optionalInteger(column).map(Timestamp.init(milliseconds:)) }

    func named<Value: RawRepresentable<String>>(_ column: Int, _ type: Value.Type = Value.self) throws -> Value {
        guard let value = Value(rawValue: text(column)) else { throw StoreFailure(.corrupt, "no \(Value.self): \(text(column))") }
        return value
    }
}

extension SQLValue {
    static func id<Kind>(_ id: Identifier<Kind>) -> SQLValue { .text(id.description) }
    static func credits(_ credits: Credits) -> SQLValue { .integer(credits.thousandths) }
    static func time(_ time: Timestamp) -> SQLValue { .integer(time.milliseconds) }
    static func time(_ time: Timestamp?) -> SQLValue { SQLValue(time?.milliseconds) }
    static func flag(_ flag: Bool) -> SQLValue { .integer(flag ? 1 : 0) }
}

extension Account {
    static let columns = "id, email, name, created_at"

    init(row: any SQLRow) throws {
        self.init(id: try row.identifier(0), email: row.text(1), name: row.text(2), createdAt: row.time(3))
    }

    var values: [SQLValue] { [.id(id), .text(email), .text(name), .time(createdAt)] }
}

extension Wallet {
    static let columns = """
        account, suspended_because, plan, posted, held, open_holds, month, input_used, output_used, cached_used, input_held, output_held, \
        high_cost_used, high_cost_held, last_transfer
        """

    init(row: any SQLRow) throws {
        self.init(account: try row.identifier(0), month: Month(number: row.integer(6)))
        suspendedBecause = row.optionalText(1)
        plan = row.optionalText(2)
        posted = row.credits(3)
        held = row.credits(4)
        openHolds = row.integer(5)
        used = Tokens(input: row.integer(7), output: row.integer(8), cachedRead: row.integer(9))
        heldTokens = Tokens(input: row.integer(10), output: row.integer(11))
        highCostUsed = row.credits(12)
        highCostHeld = row.credits(13)
        lastTransfer = row.integer(14)
    }

    var values: [SQLValue] {
        [
            .id(account), SQLValue(suspendedBecause), SQLValue(plan), .credits(posted), .credits(held), .integer(openHolds),
            .integer(month.number), .integer(used.input), .integer(used.output), .integer(used.cachedRead), .integer(heldTokens.input),
            .integer(heldTokens.output), .credits(highCostUsed), .credits(highCostHeld), .integer(lastTransfer),
        ]
    }
}

extension Key {
    static let columns = "hash, id, account, name, display_prefix, models, max_output_tokens, expires_at, created_at, revoked_at"

    init(row: any SQLRow) throws {
        let hash = row.blob(0)
        guard hash.count == 32 else { throw StoreFailure(.corrupt, "a key hash of \(hash.count) bytes") }
        let models = row.optionalText(5)?.split(separator: ",").map(String.init) ?? []
        self.init(
            id: try row.identifier(1), account: try row.identifier(2), hash: KeyHash(bytes: hash), name: row.text(3),
            displayPrefix: row.text(4),
            policy: KeyPolicy(models: models, maxOutputTokens: row.optionalInteger(6), expiresAt: row.optionalTime(7)),
            createdAt: row.time(8), revokedAt: row.optionalTime(9))
    }

    var values: [SQLValue] {
        [
            .blob(hash.bytes), .id(id), .id(account), .text(name), .text(displayPrefix),
            SQLValue(policy.models.isEmpty ? nil : policy.models.joined(separator: ",")), SQLValue(policy.maxOutputTokens),
            .time(policy.expiresAt), .time(createdAt), .time(revokedAt),
        ]
    }
}

extension RechargeOrder {
    static let columns = "id, account, plan, price, credits, created_at, state, credited_at, note, payment"

    init(row: any SQLRow) throws {
        self.init(
            id: try row.identifier(0), account: try row.identifier(1), plan: row.text(2), price: row.credits(3), credits: row.credits(4),
            createdAt: row.time(5), state: try row.named(6), creditedAt: row.optionalTime(7), note: row.optionalText(8),
            transaction: row.optionalText(9))
    }

    var values: [SQLValue] {
        [
            .id(id), .id(account), .text(plan), .credits(price), .credits(credits), .time(createdAt), .text(state.rawValue),
            .time(creditedAt), SQLValue(note), SQLValue(transaction),
        ]
    }
}

extension Transfer {
    static let columns = "id, wallet, number, kind, debit, credit, amount, balance_after, at, note"

    var values: [SQLValue] {
        [
            .text(id), .id(wallet), .integer(number), .text(kind.rawValue), .text(debit.description), .text(credit.description),
            .credits(amount), .credits(balanceAfter), .time(at), SQLValue(note),
        ]
    }
}
