import Hummingbird
import RelayDomain
import RelayStore

/// `/admin/v1/deposits`: what came in on the networks, and what the operator decides about it.
struct DepositRoutes {
    let ledger: LedgerAccess

    var all: [Route] {
        [
            Route(.get, "/admin/v1/deposits") { [self] in try await list($0) },
            Route(.get, "/admin/v1/deposits/{id}") { [self] in .json(try await view(of: try await deposit(of: $0))) },
            Route(.post, "/admin/v1/deposits/{id}/resolve") { [self] in try await resolve($0) },
        ]
    }

    private func list(_ call: Call) async throws -> Response {
        let query = try call.query("state", "network", "account", "limit", "cursor")
        let page = try await ledger.reader.deposits(
            in: query.choice("state"), on: query.choice("network"), of: query.identifier("account", AccountKind.self), limit: query.limit(),
            after: query.deposit("cursor")?.description)
        return .json(ListView(page) { DepositView(deposit: $0).json }.json)
    }

    private func resolve(_ call: Call) async throws -> Response {
        var fields = try await call.fields()
        let choice: DepositDecision.Action? = try fields.optionalChoice("action")
        let note = try fields.text("note", .reason)
        let orderID = try fields.optionalIdentifier("order", OrderKind.self)
        let accountID = try fields.optionalIdentifier("account", AccountKind.self)
        let transaction = try fields.optionalText("transaction", .transaction)
        try fields.finish()
        guard let action = choice else { throw Refusal(.invalidRequest, "The field `action` is required.", param: "action") }
        if orderID != nil, action != .creditPlan {
            throw Refusal(.invalidRequest, "`order` is for the action `credit_plan`: it says which order is credited.", param: "order")
        }
        if transaction != nil, action != .refund {
            throw Refusal(.invalidRequest, "`transaction` is for the action `refund`: it says how it was sent back.", param: "transaction")
        }
        let deposit = try await deposit(of: call)
        var order: RechargeOrder?
        if let orderID {
            guard let found = try await ledger.reader.order(orderID) else { throw Refusal.noSuch("recharge order") }
            order = found
        }
        if let order, let accountID, order.account != accountID {
            throw Refusal(.invalidRequest, "The order is not the account's.", param: "account")
        }
        let decision = DepositDecision(
            deposit: deposit.id, action: action, order: orderID, account: order?.account ?? accountID ?? deposit.account, note: note,
            refundTransaction: transaction.map { TransactionHash.canonical($0) ?? $0 }, at: ledger.now())
        return .json(try await view(of: try await ledger.deposit(after: .decideDeposit(decision))))
    }

    private func deposit(of call: Call) async throws -> Deposit {
        guard let id = call.parameters["id"].flatMap({ DepositID($0) }), let deposit = try await ledger.reader.deposit(id) else {
            throw Refusal.noSuch("deposit")
        }
        return deposit
    }

    private func view(of deposit: Deposit) async throws -> JSONValue {
        DepositView(deposit: deposit).json(claims: try await ledger.reader.claims(to: deposit.id.transaction))
    }
}

extension Query {
    fileprivate func deposit(_ name: String) throws(Refusal) -> DepositID? {
        guard let text = text(name) else { return nil }
        guard let id = DepositID(text) else {
            throw Refusal(.invalidRequest, "`\(name)` is the `next` of the page before.", param: name)
        }
        return id
    }
}
