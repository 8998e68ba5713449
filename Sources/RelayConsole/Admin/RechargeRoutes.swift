import Hummingbird
import RelayDomain
import RelayStore

/// `/admin/v1/recharges`: order, list, show, confirm by hand, cancel.
struct RechargeRoutes {
    let ledger: LedgerAccess

    var all: [Route] {
        [
            Route(.post, "/admin/v1/recharges") { [self] in try await create($0) },
            Route(.get, "/admin/v1/recharges") { [ledger] call in
                let query = try call.query("account", "limit", "cursor")
                return .json(try await ledger.orders(of: query.identifier("account", AccountKind.self), query).json)
            },
            Route(.get, "/admin/v1/recharges/{id}") { [ledger] in .json(ledger.view(of: try await ledger.trackedOrder(of: $0)).json) },
            Route(.post, "/admin/v1/recharges/{id}/confirm") { [self] in try await confirm($0) },
            Route(.post, "/admin/v1/recharges/{id}/cancel") { [self] in try await cancel($0) },
        ]
    }

    private func create(_ call: Call) async throws -> Response {
        var fields = try await call.fields()
        let account: AccountID = try fields.identifier("account")
        let plan = try ledger.plan(in: &fields)
        let offer = try ledger.offer(in: &fields)
        try fields.finish()
        return .json(try await ledger.createOrder(of: plan, for: account, on: offer).json, status: .created)
    }

    private func confirm(_ call: Call) async throws -> Response {
        var fields = try await call.fields()
        let note = try fields.text("note", .reason)
        let transaction = try fields.optionalText("transaction", .transaction).map(TransactionReference.normalized)
        let isUnverified = try fields.optionalBool("unverified") ?? false
        try fields.finish()
        let order = try await ledger.trackedOrder(of: call).order
        if let transaction, !isUnverified { try await verify(transaction, for: order) }
        let confirmation = OrderConfirmation(
            order: order.id, account: order.account, note: note, transaction: transaction, at: ledger.now())
        let confirmed = try await ledger.order(after: .confirmOrder(confirmation))
        return .json(ledger.view(of: try await ledger.reader.trackedOrder(confirmed.id) ?? .init(alone: confirmed)).json)
    }

    /// Asks the chain whether a transaction paid an order, where the relay can.
    /// - Throws: `conflict` with what the chain says instead, or that it cannot be asked.
    private func verify(_ transaction: String, for order: RechargeOrder) async throws(Refusal) {
        guard order.isOpen, let terms = order.payment, let chain = ledger.payments.offer(terms.network)?.chain else { return }
        let objection: String?
        if let hash = TransactionHash.canonical(transaction) {
            objection = await chain.lookUp(hash).objection(to: order)
        } else {
            objection = "This is no transaction of \(terms.network.rawValue): a hash has 64 hexadecimal digits."
        }
        guard let objection else { return }
        throw Refusal(
            .conflict, "\(objection) Nothing was credited. To credit it all the same: `unverified`, or --unverified.",
            param: "transaction")
    }

    private func cancel(_ call: Call) async throws -> Response {
        try await call.fields().finish()
        let order = try await ledger.trackedOrder(of: call).order
        let cancelled = try await ledger.order(after: .cancelOrder(order.account, order.id, at: ledger.now()))
        return .json(ledger.view(of: cancelled).json)
    }
}
