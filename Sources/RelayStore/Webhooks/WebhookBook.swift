public import RelayDomain

/// Who is told of events: written by the owners of webhooks.
///
/// What is not in the scope of whoever asks is not there for them. Secrets come and go sealed.
public struct WebhookBook: Sendable {
    /// Deliveries that are ended or removed in one transaction. Commands wait that long.
    static let rowsInTransaction: Int64 = 500

    let writer: LedgerWriter

    public init(writer: LedgerWriter) {
        self.writer = writer
    }

    /// - Throws: ``Refusal`` where its account is not there, or has ``Webhook/limit`` webhooks; ``StoreFailure``.
    public func create(_ webhook: Webhook) async throws -> Webhook {
        try await writer.run { session in
            // Whoever counts holds the row, so that two nodes do not both find the last place.
            try session.query(WebhookStatements.lockLog, count: 1, bind: { $1.append(1 as Int64) }, row: { _ in })
            if let account = webhook.account {
                let isKnown = try !session.rows(WebhookStatements.account, bind: { $0.append(account) }, { _ in true }).isEmpty
                guard isKnown else { throw Refusal(.notFound, "There is no account \(account).") }
            }
            let count = try session.rows(
                webhook.account == nil ? WebhookStatements.countOperators : WebhookStatements.count,
                bind: { if let account = webhook.account { $0.append(account) } }, { $0.integer(0) }
            ).first
            guard count ?? 0 < Webhook.limit else {
                throw Refusal(.conflict, "There are \(Webhook.limit) webhooks. Delete one of them.")
            }
            try session.execute(WebhookStatements.insert) { webhook.write(to: &$0) }
            return webhook
        }
    }

    /// Puts a new secret in the place of the present one, which stays valid for ``Webhook/rotationMilliseconds``.
    /// - Throws: ``Refusal`` where there is no such webhook; ``StoreFailure``.
    public func rotate(_ id: WebhookID, in scope: WebhookScope, to sealedSecret: [UInt8], at time: Timestamp) async throws -> Webhook {
        try await change(id, in: scope) { $0.rotate(to: sealedSecret, at: time) }
    }

    /// - Throws: ``Refusal`` where there is no such webhook; ``StoreFailure``.
    public func enable(_ id: WebhookID, in scope: WebhookScope) async throws -> Webhook {
        try await change(id, in: scope) { $0.enable() }
    }

    /// It gets no new deliveries, and those that are pending are given up.
    /// - Throws: ``Refusal`` where there is no such webhook; ``StoreFailure``.
    public func disable(_ id: WebhookID, in scope: WebhookScope, because reason: String) async throws -> Webhook {
        try await change(id, in: scope) { $0.disable(because: reason) }
    }

    /// Removes a webhook with its deliveries. It is disabled first: where this is broken off, it may be deleted again.
    /// - Throws: ``Refusal`` where there is no such webhook; ``StoreFailure``.
    public func delete(_ id: WebhookID, in scope: WebhookScope) async throws {
        _ = try await disable(id, in: scope, because: "deleted")
        while try await !remove(id) {}
    }

    /// Tries a delivery anew, from its first attempt on. One that is pending is tried at once.
    /// - Throws: ``Refusal`` where there is no such delivery, or its webhook is disabled; ``StoreFailure``.
    public func replay(_ id: DeliveryID, in scope: WebhookScope, at time: Timestamp) async throws -> Delivery {
        try await writer.run { session in
            guard let known = try session.delivery(id), scope.contains(known.account),
                let webhook = try session.lockedWebhook(known.webhook)
            else { throw Refusal(.notFound, "There is no delivery \(id).") }
            guard webhook.state == .active else { throw Refusal(.conflict, "The webhook \(webhook.id) is disabled. Enable it first.") }
            try session.execute(WebhookStatements.replay) {
                $0.append(id)
                $0.append(time)
            }
            return try session.delivery(id) ?? known
        }
    }

    private func change(_ id: WebhookID, in scope: WebhookScope, _ body: @escaping @Sendable (inout Webhook) -> Void) async throws
        -> Webhook
    {
        try await writer.run { session in
            guard var webhook = try session.lockedWebhook(id), scope.contains(webhook.account) else {
                throw Refusal(.notFound, "There is no webhook \(id).")
            }
            body(&webhook)
            try session.keep(webhook)
            return webhook
        }
    }

    /// - Returns: whether it is gone.
    private func remove(_ id: WebhookID) async throws -> Bool {
        try await writer.run { session in
            let removed = try session.rows(
                WebhookStatements.removeDeliveries,
                bind: {
                    $0.append(id)
                    $0.append(Self.rowsInTransaction)
                }, { _ in true })
            guard removed.count < Self.rowsInTransaction else { return false }
            // What another node adds meanwhile goes with it.
            try session.execute(WebhookStatements.remove) { $0.append(id) }
            return true
        }
    }
}

extension SQLSession {
    func delivery(_ id: DeliveryID) throws -> Delivery? {
        try rows(WebhookStatements.delivery, bind: { $0.append(id) }, Delivery.init(row:)).first
    }

    /// Whoever changes a webhook or its deliveries holds its row.
    func lockedWebhook(_ id: WebhookID) throws -> Webhook? {
        try rows(WebhookStatements.lock, bind: { $0.append(id) }, Webhook.init(row:)).first
    }

    /// Writes a webhook that is locked. The deliveries of one that is disabled are given up: the rest of very many at the next dispatch.
    func keep(_ webhook: Webhook) throws {
        try execute(WebhookStatements.update, otherwise: StoreFailure(.constraint, "a webhook is not there")) { webhook.write(to: &$0) }
        if webhook.state == .disabled { _ = try giveUp(deliveriesOf: webhook.id) }
    }

    /// - Returns: how many were given up.
    func giveUp(deliveriesOf webhook: WebhookID) throws -> Int {
        try rows(
            WebhookStatements.giveUp,
            bind: {
                $0.append(webhook)
                $0.append(WebhookBook.rowsInTransaction)
            }, { _ in true }
        ).count
    }
}

enum WebhookStatements {
    static let lockLog = SQLStatement.read("id", from: "event_log", by: "id", locking: .forUpdate)
    static let account = SQLStatement("SELECT id FROM accounts WHERE id = $1")
    static let count = SQLStatement("SELECT count(*) FROM webhooks WHERE account = $1")
    static let countOperators = SQLStatement("SELECT count(*) FROM webhooks WHERE account IS NULL")
    static let insert = SQLStatement.insert(into: "webhooks", Webhook.columns)
    static let update = SQLStatement.update("webhooks", Webhook.columns)
    static let lock = SQLStatement.read(Webhook.columns, from: "webhooks", by: "id", locking: .forUpdate)
    static let remove = SQLStatement.delete(from: "webhooks", by: "id")
    static let removeDeliveries = SQLStatement(
        "DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE webhook = $1 LIMIT $2) RETURNING id")
    static let delivery = SQLStatement("SELECT \(Delivery.columns) FROM deliveries WHERE id = $1")
    static let giveUp = SQLStatement(
        """
        UPDATE deliveries SET state = 'failed', last_error = 'the webhook is disabled', next_attempt_at = NULL, claimed_until = NULL
        WHERE id IN (SELECT id FROM deliveries WHERE webhook = $1 AND state = 'pending' LIMIT $2) RETURNING id
        """)
    /// An attempt that is under way is no longer of interest: what is recorded of it changes nothing.
    static let replay = SQLStatement(
        """
        UPDATE deliveries SET state = 'pending', attempts = 0, next_attempt_at = $2, delivered_at = NULL, claim = claim + 1,
          claimed_until = NULL
        WHERE id = $1
        """)
}
