import RelayDomain

/// A recharge order. One that the operator confirms by hand has no network, address, amount or confirmations: they are `null`.
struct RechargeView {
    let order: RechargeOrder

    var json: JSONValue {
        [
            "id": .id(order.id),
            "account": .id(order.account),
            "plan": .string(order.plan),
            "usd": .string(order.price.usd),
            "credits": .credits(order.credits),
            "state": .string(order.state.rawValue),
            "network": .null,
            "address": .null,
            "amount": .null,
            "expires_at": .null,
            "transaction": .text(order.transaction),
            "confirmations": .null,
            "confirmations_needed": .null,
            "credited_at": .time(order.creditedAt),
        ]
    }
}
