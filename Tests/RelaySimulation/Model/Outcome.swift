import RelayDomain

/// What a command must come to, as far as the model knows it: all but words and the state of rates.
enum Outcome: Equatable {
    case admitted(model: String, limit: Int64, tokens: Tokens, credits: Credits, available: Credits)
    case countNeeded
    case ended(Receipt.State, charged: Credits, available: Credits, isFirst: Bool)
    case account(AccountID)
    case key(KeyID, revokedAt: Timestamp?)
    case wallet(posted: Credits, available: Credits, plan: String?, isSuspended: Bool)
    case order(RechargeOrder)
    case deposit(Deposit)
    case replayed(RequestID, available: Credits)
    case review(ReviewID, Review.State, count: Int64)
    case refused(Refusal.Code)

    init(_ reply: Reply) {
        self =
            switch reply {
            case .admitted(let grant):
                .admitted(
                    model: grant.hold.model, limit: grant.hold.maxOutputTokens, tokens: grant.hold.tokens, credits: grant.hold.credits,
                    available: grant.available)
            case .countNeeded: .countNeeded
            case .ended(let ended): .ended(ended.state, charged: ended.charged, available: ended.available, isFirst: ended.isFirst)
            case .account(let account, _): .account(account.id)
            case .key(let key): .key(key.id, revokedAt: key.revokedAt)
            case .wallet(let wallet):
                .wallet(
                    posted: wallet.posted, available: wallet.available, plan: wallet.plan, isSuspended: wallet.suspendedBecause != nil)
            case .order(let order): .order(order)
            case .deposit(let deposit): .deposit(deposit)
            case .replayed(let replay): .replayed(replay.original, available: replay.available)
            case .review(let review): .review(review.id, review.state, count: review.count)
            case .refused(let refusal): .refused(refusal.code)
            }
    }

    /// What it is, without figures.
    var word: String {
        switch self {
        case .admitted: "admitted"
        case .countNeeded: "count needed"
        case .ended(let state, let charged, _, let isFirst):
            "\(isFirst ? "" : "was ")\(state.rawValue)\(charged > .zero ? ", charged" : "")"
        case .account, .key, .wallet, .review: "done"
        case .order(let order): order.state.rawValue
        case .deposit(let deposit): deposit.state.rawValue
        case .replayed: "replayed"
        case .refused(let code): code.rawValue
        }
    }
}
