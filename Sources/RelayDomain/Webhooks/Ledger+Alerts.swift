/// Warnings, each at the one entry that crosses its line: comparisons, and a row only then.
extension Ledger {
    /// Tells that a wallet has fallen below its line.
    /// - Parameters:
    ///   - wallet: as it stands behind its last transfer but one that moves nothing of its own.
    ///   - before: its posted credits before the entry.
    ///   - number: the entry's place in the wallet's journal.
    func warn(of wallet: Wallet, from before: Credits, entry number: Int64, at time: Timestamp, in books: inout Books) {
        guard wallet.posted < before, let percent = alerts.lowBalancePercent, let plan = wallet.plan.flatMap(catalogue.plan) else { return }
        let threshold = AlertSettings.part(percent, of: plan.credits)
        guard before >= threshold, wallet.posted < threshold else { return }
        books.announce(
            WebhookEvent(
                name: "\(wallet.account):low:\(number)", kind: .walletLow, account: wallet.account, at: time,
                payload: .walletLow(account: wallet.account, credits: wallet.posted, threshold: threshold)))
    }

    /// Tells that what a key has used has reached a part of its budget. Within a month that only grows, so each part is reached once.
    /// - Parameter before: what it had used before, of the same month.
    func warn(of key: Key, from before: Credits, at time: Timestamp, in books: inout Books) {
        let used = key.counters.used
        guard used > before, let budget = key.policy.monthlyBudget else { return }
        for percent in alerts.keyBudgetPercents {
            let line = AlertSettings.part(percent, of: budget)
            guard before < line, used >= line else { continue }
            let month = key.counters.month
            books.announce(
                WebhookEvent(
                    name: "\(key.id):budget:\(month):\(percent)", kind: .keyBudget, account: key.account, at: time,
                    payload: .keyBudget(
                        KeyBudgetNotice(
                            account: key.account, key: key.id, month: month, used: used, budget: budget, percent: percent))))
        }
    }
}
