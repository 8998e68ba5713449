import Hummingbird
import RelayDomain
import RelayStore

/// `/admin/v1/recharges`: order, list, show, confirm by hand, cancel.
struct RechargeRoutes {
    let ledger: LedgerAccess

    var all: [Route] {
        [
            Route(.post, "/admin/v1/recharges") { [self] in try await create($0) },
            Route(.get, "/admin/v1/recharges") { [self] in try await list($0) },
            Route(.get, "/admin/v1/recharges/{id}") { [self] in .json(RechargeView(order: try await order(of: $0)).json) },
            Route(.post, "/admin/v1/recharges/{id}/confirm") { [self] in try await confirm($0) },
            Route(.post, "/admin/v1/recharges/{id}/cancel") { [self] in try await cancel($0) },
        ]
    }

    /// The order keeps the plan's price and credits of this moment, whatever the catalogue says when it is paid.
    private func create(_ call: Call) async throws -> Response {
        var fields = try await call.fields()
        let account: AccountID = try fields.identifier("account")
        let planID = try fields.text("plan", .planID)
        guard fields.value("network") == nil else {
            throw Refusal(.invalidRequest, "No network is configured. Leave it out, and confirm the payment by hand.", param: "network")
        }
        try fields.finish()
        let catalogue = ledger.catalogue
        guard let plan = catalogue.plan(planID) else {
            let ids = catalogue.plans.map(\.id).joined(separator: ", ")
            throw Refusal(.invalidRequest, "There is no such plan. The plans are: \(ids).", param: "plan")
        }
        let now = ledger.now()
        let order = RechargeOrder(
            id: .fresh(at: now), account: account, plan: plan.id, price: plan.price, credits: plan.credits, createdAt: now)
        return .json(RechargeView(order: try await ledger.order(after: .createOrder(order))).json, status: .created)
    }

    private func list(_ call: Call) async throws -> Response {
        let query = try call.query("account", "limit", "cursor")
        let page = try await ledger.reader.orders(
            of: query.identifier("account", AccountKind.self), limit: query.limit(), after: query.cursor(OrderKind.self))
        return .json(ListView(page) { RechargeView(order: $0).json }.json)
    }

    private func confirm(_ call: Call) async throws -> Response {
        var fields = try await call.fields()
        let note = try fields.text("note", .reason)
        let transaction = try fields.optionalText("transaction", .transaction).map(TransactionReference.normalized)
        try fields.finish()
        let order = try await order(of: call)
        let confirmation = OrderConfirmation(
            order: order.id, account: order.account, note: note, transaction: transaction, at: ledger.now())
        return .json(RechargeView(order: try await ledger.order(after: .confirmOrder(confirmation))).json)
    }

    private func cancel(_ call: Call) async throws -> Response {
        try await call.fields().finish()
        let order = try await order(of: call)
        return .json(RechargeView(order: try await ledger.order(after: .cancelOrder(order.account, order.id))).json)
    }

    private func order(of call: Call) async throws -> RechargeOrder {
        guard let order = try await ledger.reader.order(try call.identifier("id", of: "recharge order")) else {
            throw Refusal.noSuch("recharge order")
        }
        return order
    }
}
