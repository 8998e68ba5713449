import RelayDomain

/// The books once more, as plainly as can be: dictionaries of what happened, and sums over them whenever one is wanted. It knows nothing
/// of transactions, nodes, queues and databases: it is told what took effect, in order, and says what each command must have come to.
struct BooksModel {
    struct Open: Equatable {
        let request: RequestID
        let account: AccountID
        let key: KeyID
        let isKeyCounted: Bool
        let createdAt: Timestamp
        var month: Month
        var model: Model
        var limit: Int64
        var input: Int64
        var output: Int64
        var held: Credits
        let claim: String?
        /// Under which it was admitted.
        let lease: Int64
    }

    struct Ended: Equatable {
        let account: AccountID
        var state: Receipt.State
        var charged: Credits
        var absorbed: Credits
        var metered: Tokens
        let held: Credits
        let model: String
        let month: Month
    }

    struct WalletRow {
        var suspended: String?
        var plan: String?
        var nextPlan: String?
        var month: Month
        /// Recharges and corrections, less charges.
        var posted = Credits.zero
        var transfers: Int64 = 0
        var used: [Month: Tokens] = [:]
        var highCost: [Month: Credits] = [:]
        var rate = RateTimes()
        var highCostRate = RateTimes()
        var throttle = WalletThrottle()

        mutating func roll(to month: Month) {
            guard month > self.month else { return }
            self.month = month
            plan = nextPlan ?? plan
            nextPlan = nil
        }
    }

    struct KeyRow {
        let key: Key
        var revokedAt: Timestamp?
        var month: Month
        var used: [Month: Credits] = [:]
        var rate = RateTimes()
    }

    struct Answer: Equatable {
        let request: RequestID
        let fingerprint: [UInt8]
        let expiresAt: Timestamp
        var state: AnswerRecord.State
        var model: String
        var sealed: [UInt8]?
    }

    struct ReviewRow: Equatable {
        let account: AccountID
        let reason: Review.Reason
        var state = Review.State.open
        var count: Int64
        var note: String?
    }

    var wallets: [AccountID: WalletRow] = [:]
    var emails: Set<String> = []
    var keys: [KeyHash: KeyRow] = [:]
    var open: [RequestID: Open] = [:]
    var ended: [RequestID: Ended] = [:]
    /// Those that have expired: whoever comes with what was used after all is charged for it.
    var expired: [RequestID: Open] = [:]
    /// Those that have ended since this was last emptied.
    var endedLately: Set<RequestID> = []
    var orders: [OrderID: RechargeOrder] = [:]
    var payments: Set<String> = []
    var adjustments: [AdjustmentID: (account: AccountID, credits: Credits)] = [:]
    var answers: [AnswerRecord.ID: Answer] = [:]
    var reviews: [ReviewID: ReviewRow] = [:]
    /// What came in, and what went out, over all wallets.
    var paidIn = Credits.zero
    var charged = Credits.zero

    // MARK: Sums

    func holds(of account: AccountID) -> [Open] { open.values.filter { $0.account == account } }

    func held(_ account: AccountID) -> Credits { holds(of: account).reduce(.zero) { $0 + $1.held } }

    func available(_ account: AccountID) -> Credits { wallets[account]!.posted - held(account) }

    /// The wallet as it must stand in the database, but for its rates.
    func wallet(_ id: AccountID) -> Wallet {
        let row = wallets[id]!
        var wallet = Wallet(account: id, month: row.month)
        wallet.suspendedBecause = row.suspended
        wallet.plan = row.plan
        wallet.nextPlan = row.nextPlan
        wallet.posted = row.posted
        wallet.lastTransfer = row.transfers
        wallet.used = row.used[row.month] ?? .zero
        wallet.highCostUsed = row.highCost[row.month] ?? .zero
        wallet.throttle = row.throttle
        for hold in holds(of: id) {
            wallet.held += hold.held
            wallet.openHolds += 1
            guard hold.month == row.month else { continue }
            wallet.heldTokens += Tokens(input: hold.input, output: hold.output)
            if hold.model.isHighCost { wallet.highCostHeld += hold.held }
        }
        return wallet
    }

    func walletOutcome(_ id: AccountID) -> Outcome {
        let row = wallets[id]!
        return .wallet(posted: row.posted, available: available(id), plan: row.plan, isSuspended: row.suspended != nil)
    }

    /// The credits that a key has used and holds in a month.
    func spent(_ key: KeyRow, in month: Month, without request: RequestID?) -> Credits {
        open.values.filter { $0.key == key.key.id && $0.isKeyCounted && $0.month == month && $0.request != request }
            .reduce(key.used[month] ?? .zero) { $0 + $1.held }
    }

    func key(_ id: KeyID) -> (hash: KeyHash, row: KeyRow)? { keys.first { $0.value.key.id == id }.map { ($0.key, $0.value) } }

    // MARK: Commands

    /// What a command that took effect must have come to.
    mutating func apply(_ command: Command, catalogue: Catalogue, lease: Int64) -> Outcome {
        switch command {
        case .admit(let admission): admit(admission, catalogue, lease: lease)
        case .move(let move): self.move(move, catalogue)
        case .end(let ending): end(ending, catalogue)
        case .openAccount(let account): openAccount(account)
        case .suspend(let account, let reason): suspend(account, reason)
        case .setPlan(let account, let plan, let at): setPlan(account, plan, at, catalogue)
        case .createKey(let key): create(key, catalogue)
        case .revokeKey(let account, let key, let at): revoke(key, of: account, at)
        case .adjust(let adjustment): adjust(adjustment)
        case .createOrder(let order): create(order)
        case .confirmOrder(let confirmation): confirm(confirmation, catalogue)
        case .cancelOrder(let account, let order, _): cancel(order, of: account)
        // Payments on networks have a model of their own, in the tests of the store.
        case .placeOrder, .settleDeposit, .decideDeposit, .claimPayment: .refused(.internalError)
        case .find(let finding): find(finding)
        case .resolve(let resolution): resolve(resolution)
        }
    }
}

/// The moments of requests that were let through, as a rate counts them.
struct RateTimes: Equatable {
    private var times: [Int64] = []

    /// Those that still count at a moment: whoever comes within a second of a group's first leaves with the group's last. A moment before
    /// the last of them is taken for that one; if it is more than a minute before, all of them were of a clock that was wrong.
    private func groups(at time: Timestamp) -> [[Int64]] {
        guard let last = times.last, last - time.milliseconds <= 60_000 else { return [] }
        let now = max(last, time.milliseconds)
        var groups: [[Int64]] = []
        for time in times {
            if let first = groups.last?.first, time - first < 1_000 { groups[groups.count - 1].append(time) } else { groups.append([time]) }
        }
        return groups.filter { now - $0.last! < 60_000 }
    }

    func count(at time: Timestamp) -> Int64 { groups(at: time).reduce(0) { $0 + Int64($1.count) } }

    mutating func add(_ time: Timestamp) {
        times = groups(at: time).flatMap(\.self)
        times.append(max(time.milliseconds, times.last ?? .min))
    }
}
