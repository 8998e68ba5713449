import RelayDomain

/// How values of the domain stand in the tables: for each a list of columns, and the two directions. The order is the same in all three.
extension SQLRow {
    func identifier<Kind>(_ column: Int, _ kind: Kind.Type = Kind.self) throws -> Identifier<Kind> {
        guard let id = Identifier<Kind>(utf8: bytes(column)) else { throw StoreFailure(.corrupt, "no \(Kind.prefix)id: \(text(column))") }
        return id
    }

    func credits(_ column: Int) -> Credits { Credits(thousandths: integer(column)) }
    func time(_ column: Int) -> Timestamp { Timestamp(milliseconds: integer(column)) }
    func optionalTime(_ column: Int) -> Timestamp? { optionalInteger(column).map(Timestamp.init(milliseconds:)) }

    func rateWindow(_ column: Int) throws -> RateWindow { try RateWindowCoding.decode(bytes(column)) }

    func named<Value: RawRepresentable<String>>(_ column: Int, _ type: Value.Type = Value.self) throws -> Value {
        guard let value = Value(rawValue: text(column)) else { throw StoreFailure(.corrupt, "no \(Value.self): \(text(column))") }
        return value
    }
}

extension Account {
    static let columns = "id, email, name, created_at"

    init(row: any SQLRow) throws {
        self.init(id: try row.identifier(0), email: row.text(1), name: row.text(2), createdAt: row.time(3))
    }

    func write(to row: inout SQLParameters) {
        row.append(id)
        row.append(email)
        row.append(name)
        row.append(createdAt)
    }
}

extension Wallet {
    static let columns = """
        account, suspended_because, plan, posted, held, open_holds, month, input_used, output_used, cached_used, input_held, output_held, \
        high_cost_used, high_cost_held, last_transfer, next_plan, rate, high_cost_rate, \
        throttled_until, throttle_strikes, last_strike_at
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
        nextPlan = row.optionalText(15)
        rate = try row.rateWindow(16)
        highCostRate = try row.rateWindow(17)
        throttle.until = row.optionalTime(18)
        throttle.strikes = row.integer(19)
        throttle.lastStrike = row.optionalTime(20)
    }

    func write(to row: inout SQLParameters) {
        row.append(account)
        row.append(suspendedBecause)
        row.append(plan)
        row.append(posted)
        row.append(held)
        row.append(openHolds)
        row.append(month)
        row.append(used.input)
        row.append(used.output)
        row.append(used.cachedRead)
        row.append(heldTokens.input)
        row.append(heldTokens.output)
        row.append(highCostUsed)
        row.append(highCostHeld)
        row.append(lastTransfer)
        row.append(nextPlan)
        row.append(rate)
        row.append(highCostRate)
        row.append(throttle.until)
        row.append(throttle.strikes)
        row.append(throttle.lastStrike)
    }
}

extension Transfer {
    static let columns = "id, wallet, number, kind, debit, credit, amount, balance_after, at, note"

    func write(to row: inout SQLParameters) {
        row.append(id)
        row.append(wallet)
        row.append(number)
        row.append(kind.rawValue)
        row.append(debit.description)
        row.append(credit.description)
        row.append(amount)
        row.append(balanceAfter)
        row.append(at)
        row.append(note)
    }
}
