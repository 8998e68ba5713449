public import RelayDomain

extension LedgerReader {
    public func webhook(_ id: WebhookID) async throws -> Webhook? {
        try await source.read { try $0.rows(Statements.webhook, bind: { $0.append(id) }, Webhook.init(row:)).first }
    }

    /// Webhooks, the newest first.
    public func webhooks(in scope: WebhookScope, limit: Int, after: String?) async throws -> Page<Webhook> {
        let rows = try await source.read { session in
            try session.rows(
                Statements.webhooks.statement(scope), bind: { Statements.bind(scope, limit, after, &$0) }, Webhook.init(row:))
        }
        return Page(rows, limit: limit) { $0.id.description }
    }

    public func delivery(_ id: DeliveryID) async throws -> Delivery? {
        try await source.read { try $0.delivery(id) }
    }

    /// Deliveries, the newest first.
    /// - Parameters:
    ///   - webhook: nil for those of all webhooks in the scope.
    ///   - state: nil for those in any.
    public func deliveries(
        in scope: WebhookScope, webhook: WebhookID? = nil, state: Delivery.State? = nil, limit: Int, after: String?
    ) async throws -> Page<Delivery> {
        let statements = webhook == nil ? Statements.deliveries : Statements.deliveriesOfWebhook
        let rows = try await source.read { session in
            try session.rows(
                statements.statement(scope),
                bind: {
                    $0.append(after ?? "~")
                    $0.append(Int64(limit + 1))
                    $0.append(state?.rawValue)
                    if let webhook { $0.append(webhook) }
                    if case .account(let account) = scope { $0.append(account) }
                }, Delivery.init(row:))
        }
        return Page(rows, limit: limit) { $0.id.description }
    }

    /// An event's message, as it is sent; nil for one that is not there, or not any more.
    /// - Parameter name: a delivery's ``Delivery/event``.
    public func eventBody(_ name: String) async throws -> String? {
        try await source.read { try $0.rows(Statements.body, bind: { $0.append(name) }, { $0.text(0) }).first }
    }
}

private enum Statements {
    static let webhook = SQLStatement("SELECT \(Webhook.columns) FROM webhooks WHERE id = $1")
    static let body = SQLStatement("SELECT body FROM events WHERE name = $1")
    static let webhooks = ScopedListing("SELECT \(Webhook.columns) FROM webhooks WHERE id < $1", accountParameter: 3)
    private static let delivery =
        "SELECT \(Delivery.columns) FROM deliveries WHERE id < $1 AND (CAST($3 AS TEXT) IS NULL OR state = $3)"
    static let deliveries = ScopedListing(delivery, accountParameter: 4)
    static let deliveriesOfWebhook = ScopedListing(delivery + " AND webhook = $4", accountParameter: 5)

    static func bind(_ scope: WebhookScope, _ limit: Int, _ after: String?, _ row: inout SQLParameters) {
        row.append(after ?? "~")
        row.append(Int64(limit + 1))
        if case .account(let account) = scope { row.append(account) }
    }

    /// Pages of a scope: a parameter that may be null would hide the index.
    struct ScopedListing {
        private let all: SQLStatement
        private let account: SQLStatement
        private let operators: SQLStatement

        init(_ select: String, accountParameter number: Int) {
            func page(_ condition: String) -> SQLStatement { SQLStatement("\(select)\(condition) ORDER BY id DESC LIMIT $2") }
            all = page("")
            account = page(" AND account = $\(number)")
            operators = page(" AND account IS NULL")
        }

        func statement(_ scope: WebhookScope) -> SQLStatement {
            switch scope {
            case .all: all
            case .account: account
            case .operators: operators
            }
        }
    }
}
