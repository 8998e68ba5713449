import RelayDomain

/// An event on its way to a webhook, or what became of it. `event` is what the receiver sees as `webhook-id`.
struct DeliveryView {
    let delivery: Delivery

    var json: JSONValue {
        [
            "id": .id(delivery.id),
            "webhook": .id(delivery.webhook),
            "account": .text(delivery.account?.description),
            "event": .string(delivery.event),
            "type": .string(delivery.kind.rawValue),
            "state": .string(delivery.state.rawValue),
            "attempts": .integer(delivery.attempts),
            "last_status": .integer(delivery.lastStatus),
            "last_error": .text(delivery.lastError),
            "next_attempt_at": .time(delivery.nextAttemptAt),
            "created_at": .time(delivery.createdAt),
            "delivered_at": .time(delivery.deliveredAt),
        ]
    }
}
