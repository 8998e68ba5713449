extension Ledger {
    /// Lists abnormal traffic for review, and throttles the wallet where the guard says so.
    func find(_ finding: Finding, in books: inout Books) -> Reply {
        guard var wallet = books.wallets[finding.account] else { return Self.unknown(finding.account) }
        list(finding.reason, finding.summary, of: finding.account, finding.request, as: finding.review, at: finding.at, in: &books)
        if let throttle = finding.throttle {
            wallet.throttle.strike(throttle, at: finding.at)
            books.wallets.update(wallet.account, wallet)
        }
        return .wallet(wallet)
    }

    /// Adds to the account's open entry for the reason, or opens one.
    func list(
        _ reason: Review.Reason, _ summary: String, of account: AccountID, _ request: RequestID?, as id: ReviewID, at time: Timestamp,
        in books: inout Books
    ) {
        let open = books.openReview(of: account, reason)
        var review =
            open
            ?? Review(id: id, account: account, reason: reason, createdAt: time, updatedAt: time, count: 0, summary: summary, requests: [])
        review.count += 1
        review.updatedAt = time
        review.summary = summary
        if let request { review.requests = ([request] + review.requests).prefix(Review.requestLimit).map { $0 } }
        books.keep(review)
        if open == nil { books.announce(.opened(review)) }
    }

    /// Lists an answer that was charged by something else than its upstream's report.
    func listUnreported(_ hold: Hold, _ usage: Usage, charged: Credits, at time: Timestamp, in books: inout Books) {
        let how = usage.source == .estimated ? "estimated at \(charged) credits" : "not charged"
        list(
            .unreportedUsage, "\(hold.model): the upstream reported no usage; \(how)", of: hold.account, hold.request,
            as: ReviewID(high: hold.request.high, low: hold.request.low), at: time, in: &books)
    }

    /// Does what the operator decided. The same decision twice changes nothing.
    func resolve(_ resolution: Resolution, in books: inout Books) -> Reply {
        guard var review = books.review(resolution.review), review.account == resolution.account,
            var wallet = books.wallets[review.account]
        else { return .refused(Refusal(.notFound, "There is no review \(resolution.review).")) }
        let state: Review.State =
            switch resolution.action {
            case .dismiss: .dismissed
            case .throttle: .throttled
            case .suspend: .suspended
            }
        // A throttle that was decided on can be taken back.
        guard review.state == .open || (review.state == .throttled && state == .dismissed) else {
            return review.state == state
                ? .review(review) : .refused(Refusal(.conflict, "The review was resolved before: \(review.state.rawValue)."))
        }
        review.state = state
        review.note = resolution.note
        review.updatedAt = resolution.at
        switch resolution.action {
        case .dismiss: wallet.throttle = WalletThrottle()
        case .throttle: wallet.throttle.until = .distantFuture
        case .suspend: wallet.suspendedBecause = resolution.note
        }
        books.keep(review)
        books.wallets.update(wallet.account, wallet)
        return .review(review)
    }
}
