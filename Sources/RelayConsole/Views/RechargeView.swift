import RelayDomain
import RelayStore

/// A recharge order. One that the operator confirms by hand has no network, address, amount or confirmations: they are `null`.
struct RechargeView {
    let tracked: TrackedOrder
    let now: Timestamp
    /// What a wallet opens to pay it; nil where it is not to be paid.
    let uri: String?

    var json: JSONValue {
        let order = tracked.order
        let terms = order.payment
        return [
            "id": .id(order.id),
            "account": .id(order.account),
            "plan": .string(order.plan),
            "usd": .string(order.price.usd),
            "credits": .credits(order.credits),
            "state": .string(tracked.standing(at: now).rawValue),
            "network": .text(terms?.network.rawValue),
            "address": .text(terms?.address),
            "amount": .text(terms.map { $0.amount.decimal($0.decimals) }),
            "uri": .text(uri),
            "created_at": .time(order.createdAt),
            "expires_at": .time(terms?.expiresAt),
            "grace_until": .time(terms?.graceUntil),
            "transaction": .text(tracked.transaction),
            "confirmations": .integer(tracked.confirmations),
            "confirmations_needed": .integer(terms.map { Int64($0.confirmationsNeeded) }),
            "credited_at": .time(order.creditedAt),
        ]
    }
}
