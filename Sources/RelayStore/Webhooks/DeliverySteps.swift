import RelayDomain

extension SQLSession {
    /// Orders whose time has passed unpaid, and of which nobody was told.
    func expiredOrders(at time: Timestamp) throws -> [RechargeOrder] {
        try rows(
            DeliveryStatements.expiredOrders,
            bind: {
                $0.append(time)
                $0.append(time.adding(milliseconds: -WebhookDeliveries.expiredWithinMilliseconds))
                $0.append(WebhookDeliveries.eventsInTransaction)
            }, RechargeOrder.init(row:))
    }

    /// Makes deliveries of events that nobody has dispatched. Those that another node is about are passed over.
    /// - Returns: how many events there were.
    func dispatchEvents(at time: Timestamp, _ makeID: (Timestamp) -> DeliveryID) throws -> Int {
        let events = try rows(
            DeliveryStatements.undispatched, bind: { $0.append(WebhookDeliveries.eventsInTransaction) }, UndispatchedEvent.init(row:))
        guard !events.isEmpty else { return 0 }
        var webhooks = try rows(DeliveryStatements.activeOfOperator, Webhook.init(row:))
        try query(
            DeliveryStatements.activeOfAccount, each: Set(events.compactMap(\.account)).sorted(), bind: { $1.append($0) },
            row: { webhooks.append(try Webhook(row: $0)) })
        // What came before a webhook is no news to it.
        let due = events.flatMap { event in
            webhooks.filter { $0.createdAt <= event.at && $0.wants(event.kind, of: event.account) }.map { (event, $0) }
        }
        // In the order of the events, as far as ids of one moment can be.
        let ids = due.map { _ in makeID(time) }.sorted()
        let deliveries = zip(ids, due).map { id, pair in
            Delivery(
                id: id, webhook: pair.1.id, account: pair.1.account, event: pair.0.name, kind: pair.0.kind, nextAttemptAt: time,
                createdAt: time)
        }
        try execute(DeliveryStatements.insert, each: deliveries) { $0.write(to: &$1) }
        try execute(DeliveryStatements.markDispatched, each: events) {
            $1.append($0.name)
            $1.append(time)
        }
        return events.count
    }

    /// What may be claimed of a webhook that is locked, the longest due first.
    func due(of webhook: Webhook, limit: Int, at time: Timestamp) throws -> [DueDelivery] {
        let claimed = try rows(
            DeliveryStatements.claimed,
            bind: {
                $0.append(webhook.id)
                $0.append(time)
            }, { $0.integer(0) }
        ).first
        let most = webhook.failingSince == nil ? WebhookDeliveries.atOnce : WebhookDeliveries.atOnceFailing
        let room = min(most - (claimed ?? 0), Int64(limit))
        guard room > 0 else { return [] }
        return try rows(
            DeliveryStatements.due,
            bind: {
                $0.append(webhook.id)
                $0.append(time)
                $0.append(room)
            },
            { row in
                DueDelivery(
                    id: try row.identifier(0), webhook: webhook.id, url: webhook.url, sealedSecrets: webhook.sealedSecrets(at: time),
                    event: row.text(1), body: row.text(2), attempt: Int(row.integer(3)) + 1, claim: row.integer(4) + 1)
            })
    }
}

private struct UndispatchedEvent {
    let name: String
    let kind: WebhookEvent.Kind
    let account: AccountID?
    let at: Timestamp

    init(row: any SQLRow) throws {
        name = row.text(0)
        kind = try row.named(1)
        account = try row.optionalIdentifier(2)
        at = row.time(3)
    }
}
