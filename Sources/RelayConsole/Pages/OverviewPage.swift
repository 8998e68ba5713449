import RelayDomain

/// What a customer's account has, and has used of what the month allows.
struct OverviewPage {
    let account: Account
    private let wallet: Wallet
    private let plan: Plan?

    init(account: Account, wallet: Wallet, catalogue: Catalogue, now: Timestamp) {
        self.account = account
        self.wallet = wallet.rolled(to: now.month)
        plan = self.wallet.plan.flatMap(catalogue.plan)
    }

    /// By the names that the template has for them.
    var values: [String: Any] {
        var values: [String: Any] = [
            "accountName": account.name, "accountEmail": account.email, "accountID": account.id.description,
            "available": PageFigures.amount(wallet.available), "held": PageFigures.amount(wallet.held),
            "balance": PageFigures.amount(wallet.posted), "inFlight": PageFigures.grouped(wallet.openHolds),
            "resets": PageFigures.time(wallet.month.next.start), "resetsISO": wallet.month.next.start.rfc3339, "meters": meters,
        ]
        if let reason = wallet.suspendedBecause { values["suspended"] = reason }
        if let plan { values["plan"] = plan.name }
        if let next = wallet.nextPlan { values["nextPlan"] = next }
        return values
    }

    private var meters: [[String: Any]] {
        guard let plan else { return [] }
        let (used, held) = (wallet.used, wallet.heldTokens)
        return [
            meter("Input", used.input + held.input, plan.allowances.input),
            meter("Output", used.output + held.output, plan.allowances.output),
            meter("Cached read", used.cachedRead + held.cachedRead, plan.allowances.cachedRead),
            meter("All together", used.total + held.total, plan.capTokens),
        ]
    }

    private func meter(_ name: String, _ taken: Int64, _ limit: Int64) -> [String: Any] {
        [
            "name": name, "taken": min(taken, limit).description, "most": max(1, limit).description, "high": (limit / 10 * 9).description,
            "percent": min(100, taken / max(1, limit / 100)).description,
            "used": PageFigures.grouped(taken), "limit": PageFigures.grouped(limit), "left": PageFigures.grouped(max(0, limit - taken)),
        ]
    }
}
