import RelayDomain

extension BooksModel {
    mutating func openAccount(_ account: Account) -> Outcome {
        guard !emails.contains(account.email), wallets[account.id] == nil else { return .refused(.conflict) }
        emails.insert(account.email)
        wallets[account.id] = WalletRow(month: account.createdAt.month)
        return .account(account.id)
    }

    mutating func suspend(_ account: AccountID, _ reason: String?) -> Outcome {
        guard wallets[account] != nil else { return .refused(.notFound) }
        wallets[account]!.suspended = reason
        if reason == nil { wallets[account]!.throttle = WalletThrottle() }
        return walletOutcome(account)
    }

    mutating func setPlan(_ account: AccountID, _ plan: String, _ at: Timestamp, _ catalogue: Catalogue) -> Outcome {
        guard wallets[account] != nil else { return .refused(.notFound) }
        guard catalogue.plan(plan) != nil else { return .refused(.invalidRequest) }
        wallets[account]!.roll(to: at.month)
        wallets[account]!.plan = plan
        wallets[account]!.nextPlan = nil
        return walletOutcome(account)
    }

    mutating func create(_ key: Key, _ catalogue: Catalogue) -> Outcome {
        guard wallets[key.account] != nil else { return .refused(.notFound) }
        guard keys[key.hash] == nil else { return .refused(.conflict) }
        guard key.policy.models.allSatisfy({ catalogue.model($0) != nil }) else { return .refused(.modelNotFound) }
        keys[key.hash] = KeyRow(key: key, month: key.createdAt.month)
        return .key(key.id, revokedAt: nil)
    }

    mutating func revoke(_ id: KeyID, of account: AccountID, _ at: Timestamp) -> Outcome {
        guard let (hash, found) = key(id), found.key.account == account else { return .refused(.notFound) }
        var key = found
        key.revokedAt = key.revokedAt ?? at
        keys[hash] = key
        return .key(id, revokedAt: key.revokedAt)
    }

    mutating func adjust(_ adjustment: Adjustment) -> Outcome {
        let account = adjustment.account
        guard wallets[account] != nil else { return .refused(.notFound) }
        if let done = adjustments[adjustment.id] {
            return done == (account, adjustment.credits) ? walletOutcome(account) : .refused(.conflict)
        }
        if adjustment.credits == .zero { return .refused(.invalidRequest) }
        if available(account) + adjustment.credits < .zero { return .refused(.insufficientBalance) }
        adjustments[adjustment.id] = (account, adjustment.credits)
        wallets[account]!.posted += adjustment.credits
        wallets[account]!.transfers += 1
        paidIn += adjustment.credits
        return walletOutcome(account)
    }

    // MARK: Recharges

    mutating func create(_ order: RechargeOrder) -> Outcome {
        guard wallets[order.account] != nil else { return .refused(.notFound) }
        guard orders[order.id] == nil else { return .refused(.conflict) }
        orders[order.id] = order
        return .order(order)
    }

    mutating func confirm(_ confirmation: OrderConfirmation, _ catalogue: Catalogue) -> Outcome {
        guard var order = orders[confirmation.order], order.account == confirmation.account else { return .refused(.notFound) }
        if order.state == .credited { return .order(order) }
        if order.state == .cancelled { return .refused(.conflict) }
        if let payment = confirmation.transaction, !payments.insert(payment).inserted { return .refused(.conflict) }
        order.state = .credited
        order.creditedAt = confirmation.at
        order.note = confirmation.note
        order.transaction = confirmation.transaction
        orders[order.id] = order
        var wallet = wallets[order.account]!
        wallet.roll(to: confirmation.at.month)
        wallet.posted += order.credits
        wallet.transfers += 1
        paidIn += order.credits
        if let present = wallet.plan, isLower(order.plan, than: present, catalogue) {
            wallet.nextPlan = order.plan
        } else {
            (wallet.plan, wallet.nextPlan) = (order.plan, nil)
        }
        wallets[order.account] = wallet
        return .order(order)
    }

    /// A plan that is no longer sold is lower than none.
    private func isLower(_ plan: String, than other: String, _ catalogue: Catalogue) -> Bool {
        let ranks = catalogue.plans.map(\.id)
        guard let a = ranks.firstIndex(of: plan), let b = ranks.firstIndex(of: other) else { return false }
        return a < b
    }

    mutating func cancel(_ id: OrderID, of account: AccountID) -> Outcome {
        guard let order = orders[id], order.account == account else { return .refused(.notFound) }
        if order.state == .credited { return .refused(.conflict) }
        orders[id]!.state = .cancelled
        return .order(orders[id]!)
    }

    // MARK: Reviews

    mutating func find(_ finding: Finding) -> Outcome {
        guard wallets[finding.account] != nil else { return .refused(.notFound) }
        list(finding.reason, of: finding.account, as: finding.review)
        if let throttle = finding.throttle {
            var now = wallets[finding.account]!.throttle
            if now.until.map({ $0 <= finding.at }) ?? true {
                let isInARow = now.lastStrike.map { finding.at.milliseconds - $0.milliseconds <= throttle.strikeMilliseconds } ?? false
                now.strikes = isInARow ? now.strikes + 1 : 1
                now.lastStrike = finding.at
                now.until = now.strikes >= throttle.strikes ? .distantFuture : finding.at.adding(milliseconds: throttle.milliseconds)
                wallets[finding.account]!.throttle = now
            }
        }
        return walletOutcome(finding.account)
    }

    mutating func list(_ reason: Review.Reason, of account: AccountID, as id: ReviewID) {
        let open = reviews.first { $0.value.account == account && $0.value.reason == reason && $0.value.state == .open }?.key
        if let open { reviews[open]!.count += 1 } else { reviews[id] = ReviewRow(account: account, reason: reason, count: 1) }
    }

    mutating func resolve(_ resolution: Resolution) -> Outcome {
        guard var review = reviews[resolution.review], review.account == resolution.account else { return .refused(.notFound) }
        let state: Review.State =
            switch resolution.action {
            case .dismiss: .dismissed
            case .throttle: .throttled
            case .suspend: .suspended
            }
        if review.state == .open || review.state == .throttled && state == .dismissed {
            review.state = state
            review.note = resolution.note
            reviews[resolution.review] = review
            switch resolution.action {
            case .dismiss: wallets[review.account]!.throttle = WalletThrottle()
            case .throttle: wallets[review.account]!.throttle.until = .distantFuture
            case .suspend: wallets[review.account]!.suspended = resolution.note
            }
        } else if review.state != state {
            return .refused(.conflict)
        }
        return .review(resolution.review, review.state, count: review.count)
    }
}
