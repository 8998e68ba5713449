import RelayDomain
import RelayStore

/// What the owner of a new webhook says of it.
struct WebhookTerms {
    let url: String
    let events: [WebhookEvent.Kind]
}

/// What customers and the operator do with webhooks.
extension LedgerAccess {
    var webhookBook: WebhookBook { WebhookBook(writer: writer) }

    /// - Parameter isOperator: whether it may be told of what concerns no customer.
    func webhookTerms(in fields: inout Fields, isOperator: Bool) throws(Refusal) -> WebhookTerms {
        let url = try fields.text("url", .url)
        let names = try fields.optionalTexts("events", .name) ?? []
        if let fault = webhooks.fault(of: url) { throw Refusal(.invalidRequest, "`url` \(fault).", param: "url") }
        return WebhookTerms(url: url, events: try Self.kinds(names, isOperator: isOperator))
    }

    private static func kinds(_ names: [String], isOperator: Bool) throws(Refusal) -> [WebhookEvent.Kind] {
        let known = WebhookEvent.Kind.known(toOperator: isOperator)
        let kinds = names.compactMap { name in known.first { $0.rawValue == name } }
        guard kinds.count == names.count, Set(kinds).count == kinds.count else {
            let words = known.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            throw Refusal(
                .invalidRequest, "`events` is a list of \(words), each once. Leave it out to be told of all.", param: "events")
        }
        return kinds
    }

    /// - Parameter account: nil for the operator.
    /// - Returns: with its secret, for this once.
    func createWebhook(_ terms: WebhookTerms, of account: AccountID?) async throws -> WebhookView {
        let now = now()
        let (id, secret) = (WebhookID.fresh(at: now), WebhookSecret.fresh())
        let webhook = Webhook(
            id: id, account: account, url: terms.url, events: terms.events, sealedSecret: webhooks.seal(secret, id), createdAt: now)
        return WebhookView(webhook: try await webhookBook.create(webhook), secret: secret, now: now)
    }

    /// A webhook that a path names.
    func webhook(of call: Call, in scope: WebhookScope) async throws -> Webhook {
        guard let webhook = try await reader.webhook(try call.identifier("id", of: "webhook")), scope.contains(webhook.account) else {
            throw Refusal.noSuch("webhook")
        }
        return webhook
    }

    func webhookList(in scope: WebhookScope, _ query: Query) async throws -> ListView {
        let page = try await reader.webhooks(in: scope, limit: query.limit(), after: query.cursor(WebhookKind.self))
        let now = now()
        return ListView(page) { WebhookView(webhook: $0, now: now).json }
    }

    /// - Parameter webhook: nil for the deliveries of all in the scope.
    func deliveryList(in scope: WebhookScope, of webhook: WebhookID? = nil, _ query: Query) async throws -> ListView {
        let page = try await reader.deliveries(
            in: scope, webhook: webhook, state: query.choice("state"), limit: query.limit(), after: query.cursor(DeliveryKind.self))
        return ListView(page) { DeliveryView(delivery: $0).json }
    }
}

extension WebhookSecret {
    /// A new one, from the system's own randomness.
    static func fresh() -> WebhookSecret {
        var generator = SystemRandomNumberGenerator()
        return WebhookSecret(random: &generator)
    }
}

extension WebhookEvent.Kind {
    /// Those that a webhook can be told of.
    static func known(toOperator isOperator: Bool) -> [WebhookEvent.Kind] { allCases.filter { isOperator || !$0.isForOperatorAlone } }
}
