import RelayDomain

extension WebhookEvent {
    static let columns = "name, kind, account, at, body"

    func write(to row: inout SQLParameters) {
        row.append(name)
        row.append(kind.rawValue)
        row.append(account?.description)
        row.append(at)
        row.append(body)
    }
}

extension SQLRow {
    func optionalIdentifier<Kind>(_ column: Int, _ kind: Kind.Type = Kind.self) throws -> Identifier<Kind>? {
        isNull(column) ? nil : try identifier(column, kind)
    }
}

extension Webhook {
    static let columns =
        "id, account, url, events, state, disabled_because, secret, former_secret, former_until, created_at, failing_since"

    init(row: any SQLRow) throws {
        let events = try row.text(3).split(separator: ",").map { name in
            guard let kind = WebhookEvent.Kind(rawValue: String(name)) else { throw StoreFailure(.corrupt, "no event: \(name)") }
            return kind
        }
        self.init(
            id: try row.identifier(0), account: try row.optionalIdentifier(1), url: row.text(2), events: events, state: try row.named(4),
            disabledBecause: row.optionalText(5), sealedSecret: Array(row.bytes(6)),
            formerSecret: row.isNull(7) ? nil : FormerSecret(sealed: Array(row.bytes(7)), until: row.time(8)), createdAt: row.time(9),
            failingSince: row.optionalTime(10))
    }

    func write(to row: inout SQLParameters) {
        row.append(id)
        row.append(account?.description)
        row.append(url)
        row.append(events.map(\.rawValue).joined(separator: ","))
        row.append(state.rawValue)
        row.append(disabledBecause)
        row.append(sealedSecret)
        row.append(formerSecret?.sealed)
        row.append(formerSecret?.until)
        row.append(createdAt)
        row.append(failingSince)
    }
}

extension Delivery {
    static let columns = """
        id, webhook, account, event, kind, state, attempts, last_status, last_error, next_attempt_at, created_at, delivered_at
        """

    init(row: any SQLRow) throws {
        self.init(
            id: try row.identifier(0), webhook: try row.identifier(1), account: try row.optionalIdentifier(2), event: row.text(3),
            kind: try row.named(4), state: try row.named(5), attempts: row.integer(6), lastStatus: row.optionalInteger(7),
            lastError: row.optionalText(8), nextAttemptAt: row.optionalTime(9), createdAt: row.time(10), deliveredAt: row.optionalTime(11))
    }

    func write(to row: inout SQLParameters) {
        row.append(id)
        row.append(webhook)
        row.append(account?.description)
        row.append(event)
        row.append(kind.rawValue)
        row.append(state.rawValue)
        row.append(attempts)
        row.append(lastStatus)
        row.append(lastError)
        row.append(nextAttemptAt)
        row.append(createdAt)
        row.append(deliveredAt)
    }
}
