import RelayDomain

extension Command {
    /// A few words for the list of events.
    var summary: String {
        switch self {
        case .admit(let request):
            "admission of \(request.request.low) of \(request.secret.account.low): \(request.model), \(request.input.tokens) in, "
                + "\(request.askedOutputTokens.map(String.init) ?? "any") out, \(request.idempotency?.key ?? "no idempotency key")"
        case .move(let move): "move of \(move.admission.request.low) to \(move.models)"
        case .end(let ending): "end of \(ending.request.low) of \(ending.account.low): \(ending.outcome)"
        case .openAccount(let account): "account \(account.id.low)"
        case .suspend(let account, let reason): "suspension of \(account.low): \(reason ?? "none")"
        case .setPlan(let account, let plan, _): "plan \(plan) for \(account.low)"
        case .createKey(let key): "key \(key.id.low) for \(key.account.low)"
        case .revokeKey(_, let key, _): "revocation of key \(key.low)"
        case .adjust(let adjustment): "adjustment \(adjustment.id) of \(adjustment.account.low) by \(adjustment.credits)"
        case .createOrder(let order): "order \(order.id.low) of \(order.account.low): \(order.plan), \(order.credits)"
        case .confirmOrder(let confirmation): "confirmation of order \(confirmation.order.low), \(confirmation.transaction ?? "no payment")"
        case .cancelOrder(_, let order, _): "cancellation of order \(order.low)"
        case .placeOrder(let placement): "order \(placement.order.id.low) of \(placement.order.account.low) on a network"
        case .settleDeposit(let settlement): "settlement of \(settlement.deposit)"
        case .decideDeposit(let decision): "decision about \(decision.deposit): \(decision.action)"
        case .claimPayment(let claim): "claim of \(claim.id.transaction) for order \(claim.id.order.low)"
        case .find(let finding): "finding \(finding.review.low) on \(finding.account.low): \(finding.reason)"
        case .resolve(let resolution): "resolution of review \(resolution.review.low): \(resolution.action)"
        }
    }

    /// Its kind.
    var word: String {
        switch self {
        case .end(let ending):
            switch ending.outcome {
            case .settle(let usage): "settle \(usage.source.rawValue)"
            case .void: "void"
            case .expire: "expire"
            }
        default: String(summary.prefix { $0 != " " })
        }
    }
}
