/// What a command came to. A refusal is an answer like any other, and has changed nothing.
public enum Reply: Sendable {
    case admitted(Grant)
    /// A lower count of the input might change the decision: ask again with the final one. Nothing has changed. A count that has passed
    /// the limit need not go on: no model takes so much.
    case countNeeded(upTo: Int64)
    case ended(Ended)
    case account(Account, Wallet)
    case key(Key)
    case wallet(Wallet)
    case order(RechargeOrder)
    case deposit(Deposit)
    /// The request was answered before. Nothing was taken.
    case replayed(Replay)
    case review(Review)
    case refused(Refusal)
}

/// A request that was let through.
public struct Grant: Hashable, Sendable {
    public let hold: Hold
    /// The wallet's available credits after the hold.
    public let available: Credits
    /// The rate of the wallet or the key, whichever is tighter, after this request.
    public let rate: RateStatus
    /// Models of the route behind the one that is held for: where to go when no upstream of that one answers.
    public let furtherModels: [String]
    /// What the key's policy says; nil leaves it to the relay.
    public let onDisconnect: OnDisconnect?

    public init(hold: Hold, available: Credits, rate: RateStatus, furtherModels: [String] = [], onDisconnect: OnDisconnect? = nil) {
        self.hold = hold
        self.available = available
        self.rate = rate
        self.furtherModels = furtherModels
        self.onDisconnect = onDisconnect
    }
}

/// A hold that has ended, now or before.
public struct Ended: Hashable, Sendable {
    public let state: Receipt.State
    public let charged: Credits
    /// The wallet's available credits.
    public let available: Credits
    /// False when it had ended before, and this command changed nothing.
    public let isFirst: Bool

    public init(state: Receipt.State, charged: Credits, available: Credits, isFirst: Bool) {
        self.state = state
        self.charged = charged
        self.available = available
        self.isFirst = isFirst
    }
}
