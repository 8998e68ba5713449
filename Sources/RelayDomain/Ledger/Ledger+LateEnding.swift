extension Ledger {
    /// Settles a request whose hold has expired, because its node was taken for gone and came back: once, from what is left.
    ///
    /// What was held has been given back and may be spent by now. So the charge is bounded by what the wallet, the key's budget and the
    /// high-cost budget still have, and the meters by what is left of their allowances; the rest of the cost is the operator's.
    ///
    /// A request with an idempotency key is not charged: its key was freed with its hold, so that a repeat may have run, and been charged.
    func settleLate(_ receipt: Receipt, _ usage: Usage, _ ending: HoldEnding, wallet: Wallet, in books: inout Books) -> Reply {
        var wallet = wallet
        let hold = receipt.hold
        var key = hold.isKeyCounted ? books.keys[hold.key] : nil
        key?.counters.roll(to: ending.at.month)
        let cost = usage.source == .none ? .zero : hold.prices.cost(of: usage.tokens)
        let isRepeatable = hold.idempotencyKey != nil
        let charge = isRepeatable ? .zero : max(.zero, min(cost, chargeLeft(for: hold, wallet: wallet, key: key)))
        let metered = usage.source == .none || isRepeatable ? .zero : meteredLate(usage.tokens, of: hold, wallet: wallet)
        wallet.countLate(hold, charging: charge, counting: metered)
        if var key {
            let used = key.counters.used
            key.countLate(hold, charging: charge)
            warn(of: key, from: used, at: ending.at, in: &books)
            books.keys.update(key.id, key)
        }
        let absorbed = post(cost: cost, charge: charge, of: hold, wallet: &wallet, at: ending.at, in: &books)
        books.wallets.update(wallet.account, wallet)
        books.revise(
            Receipt(
                hold: hold, state: .settled, endedAt: ending.at, usage: usage, metered: metered, charged: charge, absorbed: absorbed,
                balanceAfter: wallet.posted, facts: ending.facts, isSettledLate: true,
                lateAfter: receipt.endedAt))
        if usage.source != .reported, hold.credits > .zero {
            listUnreported(hold, usage, charged: charge, at: ending.at, in: &books)
        }
        return .ended(Ended(state: .settled, charged: charge, available: wallet.available, isFirst: true))
    }

    /// Posts what a request cost: the charge to the wallet, and what goes beyond it to the operator.
    /// - Parameter wallet: its posted credits have been lowered by the charge already.
    /// - Returns: what the operator bears.
    func post(
        cost: Credits, charge: Credits, of hold: Hold, wallet: inout Wallet, at time: Timestamp, in books: inout Books
    ) -> Credits {
        let revenue = LedgerAccount.house(.revenue)
        if charge > .zero {
            books.post(
                "\(hold.request):settle", .charge, wallet: &wallet, debit: .wallet(wallet.account), credit: revenue, amount: charge,
                at: time)
            warn(of: wallet, from: wallet.posted + charge, entry: wallet.lastTransfer, at: time, in: &books)
        }
        // A cost beyond the credit limit is an upstream's nonsense; what stands in the books of it is bounded.
        let absorbed = min(cost - charge, .limit)
        if absorbed > .zero {
            books.post(
                "\(hold.request):absorbed", .absorbed, wallet: &wallet, debit: .house(.absorbed), credit: revenue, amount: absorbed,
                at: time)
        }
        return absorbed
    }

    private func chargeLeft(for hold: Hold, wallet: Wallet, key: Key?) -> Credits {
        var left = min(hold.credits, wallet.available)
        if let key, let budget = key.policy.monthlyBudget, hold.month == key.counters.month {
            left = min(left, budget - key.counters.used - key.counters.held)
        }
        if hold.isHighCost, hold.month == wallet.month, let plan = wallet.plan.flatMap(catalogue.plan) {
            left = min(left, plan.highCostBudget - wallet.highCostUsed - wallet.highCostHeld)
        }
        return left
    }

    private func meteredLate(_ tokens: Tokens, of hold: Hold, wallet: Wallet) -> Tokens {
        guard hold.month == wallet.month, let plan = wallet.plan.flatMap(catalogue.plan) else {
            return hold.metered(tokens, cachedLeft: .max)
        }
        let (allowed, used, held) = (plan.allowances, wallet.used, wallet.heldTokens)
        var metered = hold.metered(tokens, cachedLeft: allowed.cachedRead - used.cachedRead)
        var left = max(0, plan.capTokens - used.total - held.total)
        /// Takes from what is left of the cap too.
        func cut(_ tokens: Int64, to allowance: Int64) -> Int64 {
            let part = max(0, min(tokens, allowance, left))
            left -= part
            return part
        }
        metered.output = cut(metered.output, to: allowed.output - used.output - held.output)
        metered.input = cut(metered.input, to: allowed.input - used.input - held.input)
        metered.cachedRead = cut(metered.cachedRead, to: allowed.cachedRead - used.cachedRead)
        return metered
    }
}

extension Wallet {
    /// Counts what was used under a hold that it no longer has.
    fileprivate mutating func countLate(_ hold: Hold, charging charge: Credits, counting tokens: Tokens) {
        posted -= charge
        guard hold.month == month else { return }
        used += tokens
        if hold.isHighCost { highCostUsed += charge }
    }
}

extension Key {
    fileprivate mutating func countLate(_ hold: Hold, charging charge: Credits) {
        if hold.month == counters.month { counters.used += charge }
    }
}
