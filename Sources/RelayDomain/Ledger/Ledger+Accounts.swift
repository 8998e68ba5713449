extension Ledger {
    func open(_ account: Account, in books: inout Books) -> Reply {
        guard !books.isTaken(email: account.email), books.wallets[account.id] == nil else {
            return .refused(Refusal(.conflict, "There is an account for \(account.email) already.", param: "email"))
        }
        let wallet = Wallet(account: account.id, month: account.createdAt.month)
        books.open(account, with: wallet)
        return .account(account, wallet)
    }

    func suspend(_ account: AccountID, because reason: String?, in books: inout Books) -> Reply {
        guard var wallet = books.wallets[account] else { return Self.unknown(account) }
        wallet.suspendedBecause = reason
        if reason == nil { wallet.throttle = WalletThrottle() }
        books.wallets.update(account, wallet)
        return .wallet(wallet)
    }

    func setPlan(_ id: String, of account: AccountID, at: Timestamp, in books: inout Books) -> Reply {
        guard var wallet = books.wallets[account]?.rolled(to: at.month) else { return Self.unknown(account) }
        guard catalogue.plan(id) != nil else { return .refused(unknownPlan) }
        wallet.plan = id
        wallet.nextPlan = nil
        books.wallets.update(account, wallet)
        return .wallet(wallet)
    }

    private var unknownPlan: Refusal {
        let ids = catalogue.plans.map(\.id).joined(separator: ", ")
        return Refusal(.invalidRequest, "There is no such plan. The plans are: \(ids).", param: "plan")
    }

    func create(_ key: Key, in books: inout Books) -> Reply {
        guard books.wallets[key.account] != nil else { return Self.unknown(key.account) }
        guard books.key(hash: key.hash) == nil else { return .refused(Refusal(.conflict, "This secret exists already.")) }
        for model in key.policy.models where catalogue.model(model) == nil {
            return .refused(Refusal(.modelNotFound, "The model `\(model)` does not exist here.", param: "models"))
        }
        books.insert(key)
        return .key(key)
    }

    func revoke(_ id: KeyID, of account: AccountID, at: Timestamp, in books: inout Books) -> Reply {
        guard var key = books.keys[id], key.account == account else {
            return .refused(Refusal(.notFound, "There is no key \(id)."))
        }
        if key.revokedAt == nil {
            key.revokedAt = at
            books.keys.update(id, key)
        }
        return .key(key)
    }

    /// Corrects a wallet by hand, once for each id. What is held for requests in flight cannot be taken away.
    func adjust(_ adjustment: Adjustment, in books: inout Books) -> Reply {
        guard var wallet = books.wallets[adjustment.account] else { return Self.unknown(adjustment.account) }
        let credits = adjustment.credits
        if let done = books.adjustment(adjustment.id) {
            guard done == (adjustment.account, credits) else {
                return .refused(Refusal(.conflict, "Another adjustment was made under this id. Nothing was changed.", param: "id"))
            }
            return .wallet(wallet)
        }
        guard credits != .zero, credits <= .limit, credits >= .zero - .limit else {
            return .refused(Refusal(.invalidRequest, "An adjustment is not zero and at most \(Credits.limit) credits.", param: "credits"))
        }
        guard (wallet.available + credits) >= .zero else {
            return .refused(
                Refusal(
                    .insufficientBalance, "Only \(wallet.available) credits are available.", param: "credits",
                    creditsRemaining: wallet.available))
        }
        guard wallet.posted + credits <= .limit else {
            return .refused(Refusal(.invalidRequest, "A wallet holds at most \(Credits.limit) credits.", param: "credits"))
        }
        let before = wallet.posted
        wallet.posted += credits
        let house = LedgerAccount.house(.adjustment)
        let own = LedgerAccount.wallet(wallet.account)
        books.post(
            adjustment.id.description, .adjustment, wallet: &wallet, debit: credits > .zero ? house : own,
            credit: credits > .zero ? own : house,
            amount: Credits(thousandths: abs(credits.thousandths)), at: adjustment.at, note: adjustment.reason)
        warn(of: wallet, from: before, entry: wallet.lastTransfer, at: adjustment.at, in: &books)
        books.markDone(adjustment)
        books.wallets.update(wallet.account, wallet)
        return .wallet(wallet)
    }
}
