/// An account's money and counters: one row, read and written at most once a batch.
///
/// `0 ≤ held ≤ posted` holds after every command, so what is available is never negative.
public struct Wallet: Hashable, Sendable {
    public let account: AccountID
    /// Why the operator suspended the account; nil while it is active.
    public var suspendedBecause: String?
    /// The plan's id; nil until the first recharge.
    public var plan: String?
    /// The lower plan that was bought since, which takes effect with the month after ``month``.
    public var nextPlan: String?
    /// Recharges less charges.
    public var posted: Credits
    /// The sum of the open holds.
    public var held: Credits
    public var openHolds: Int64
    /// The month that the counters below belong to. It never goes backwards, whatever the clock does.
    public var month: Month
    public var used: Tokens
    /// What this month's open holds reserve.
    public var heldTokens: Tokens
    public var highCostUsed: Credits
    public var highCostHeld: Credits
    /// The requests of the last minute.
    public var rate: RateWindow
    /// Those among them for high-cost models, while the plan has a rule for these.
    public var highCostRate: RateWindow
    public var throttle = WalletThrottle()
    /// The number of its last transfer; they count from 1 without a gap.
    public var lastTransfer: Int64

    public init(account: AccountID, month: Month) {
        self.account = account
        self.month = month
        posted = .zero
        held = .zero
        openHolds = 0
        used = .zero
        heldTokens = .zero
        highCostUsed = .zero
        highCostHeld = .zero
        rate = RateWindow()
        highCostRate = RateWindow()
        lastTransfer = 0
    }

    public var available: Credits { posted - held }

    /// The wallet as it stands in `month`.
    public func rolled(to month: Month) -> Wallet {
        var wallet = self
        wallet.roll(to: month)
        return wallet
    }

    /// Starts the counters anew when a month has begun, and with them the plan that was bought for it. Holds of the month before no longer
    /// count against them.
    mutating func roll(to month: Month) {
        guard month > self.month else { return }
        self.month = month
        plan = nextPlan ?? plan
        nextPlan = nil
        used = .zero
        heldTokens = .zero
        highCostUsed = .zero
        highCostHeld = .zero
    }

    /// - Parameter isRuled: whether the plan's rule for high-cost models counts the request.
    mutating func countRate(of hold: Hold, isRuled: Bool) {
        rate.admit(at: hold.createdAt)
        if isRuled { countHighCostRate(at: hold.createdAt) }
    }

    mutating func countHighCostRate(at time: Timestamp) { highCostRate.admit(at: time) }

    mutating func take(_ hold: Hold) {
        held += hold.credits
        openHolds += 1
        heldTokens += hold.tokens
        if hold.isHighCost { highCostHeld += hold.credits }
    }

    /// Gives back what the hold took, and counts what was really used, in the hold's own month.
    mutating func release(_ hold: Hold, charging charge: Credits, counting tokens: Tokens) {
        posted -= charge
        held -= hold.credits
        openHolds -= 1
        guard hold.month == month else { return }
        heldTokens -= hold.tokens
        used += tokens
        if hold.isHighCost {
            highCostHeld -= hold.credits
            highCostUsed += charge
        }
    }
}
