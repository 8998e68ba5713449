extension Ledger {
    /// Ends a hold, exactly once: whoever comes second is told how it ended and changes nothing.
    func end(_ ending: HoldEnding, in books: inout Books) -> Reply {
        guard var wallet = books.wallets[ending.account] else { return Self.unknown(ending.account) }
        guard let hold = books.holds[ending.request], hold.account == ending.account else {
            guard let ended = books.ended(ending.request) else {
                return .refused(Refusal(.notFound, "There is no request \(ending.request)."))
            }
            if case .settle(let usage) = ending.outcome, let receipt = books.expired(ending.request), receipt.hold.account == wallet.account
            {
                wallet.roll(to: ending.at.month)
                return settleLate(receipt, usage, ending, wallet: wallet, in: &books)
            }
            return .ended(Ended(state: ended.state, charged: ended.charged, available: wallet.available, isFirst: false))
        }
        wallet.roll(to: ending.at.month)
        let (state, usage) =
            switch ending.outcome {
            case .settle(let usage): (Receipt.State.settled, usage)
            case .void: (.voided, .none)
            case .expire: (.expired, .none)
            }
        let cost = usage.source == .none ? .zero : hold.prices.cost(of: usage.tokens)
        let charge = min(cost, hold.credits)
        let metered = usage.source == .none ? .zero : hold.metered(usage.tokens, cachedLeft: cachedLeft(of: wallet, for: hold))
        wallet.release(hold, charging: charge, counting: metered)
        if hold.isKeyCounted, var key = books.keys[hold.key] {
            key.counters.roll(to: ending.at.month)
            let used = key.counters.used
            key.release(hold, charging: charge)
            warn(of: key, from: used, at: ending.at, in: &books)
            books.keys.update(key.id, key)
        }
        let absorbed = post(cost: cost, charge: charge, of: hold, wallet: &wallet, at: ending.at, in: &books)
        books.wallets.update(wallet.account, wallet)
        books.close(
            Receipt(
                hold: hold, state: state, endedAt: ending.at, usage: usage, metered: metered, charged: charge,
                absorbed: absorbed, balanceAfter: wallet.posted, facts: ending.facts))
        keepAnswer(ending.answer, of: hold, state: state, in: &books)
        // What is free has nothing to report.
        if state == .settled, usage.source != .reported, hold.credits > .zero {
            listUnreported(hold, usage, charged: charge, at: ending.at, in: &books)
        }
        return .ended(Ended(state: state, charged: charge, available: wallet.available, isFirst: true))
    }

    /// What is left of the allowance for cached reads in the hold's own month. A month that is over has no counter any more.
    private func cachedLeft(of wallet: Wallet, for hold: Hold) -> Int64 {
        guard hold.month == wallet.month, let plan = wallet.plan.flatMap(catalogue.plan) else { return .max }
        return plan.allowances.cachedRead - wallet.used.cachedRead
    }
}
