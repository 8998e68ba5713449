import Hummingbird
import RelayDomain
import RelayStore

/// `/v1/recharges`: the account's own orders. Nothing here credits: that is the chain's to say, or the operator's.
struct CustomerRechargeRoutes {
    let ledger: LedgerAccess

    var all: [Route] {
        [
            Route(.post, "/v1/recharges") { [self] in try await create($0) },
            Route(.get, "/v1/recharges") { [ledger] call in
                let customer = try await ledger.customer(of: call)
                return .json(try await ledger.orders(of: customer.account.id, call.query("limit", "cursor")).json)
            },
            Route(.get, "/v1/recharges/{id}") { [self] in .json(ledger.view(of: try await order(of: $0)).json) },
            Route(.get, "/v1/recharges/{id}/qr.svg") { [self] in try await code(of: $0) },
            Route(.post, "/v1/recharges/{id}/claim") { [self] in try await claim($0) },
        ]
    }

    private func create(_ call: Call) async throws -> Response {
        let customer = try await ledger.customer(of: call)
        try customer.requireActive()
        var fields = try await call.fields()
        let plan = try ledger.plan(in: &fields)
        let offer = try ledger.offer(in: &fields)
        try fields.finish()
        if offer == nil { try await refuseManyByHand(of: customer.account.id) }
        return .json(try await ledger.createOrder(of: plan, for: customer.account.id, on: offer).json, status: .created)
    }

    /// Those that wait for the operator never expire.
    private func refuseManyByHand(of account: AccountID) async throws {
        let count = try await ledger.reader.ordersByHand(of: account)
        guard count < ledger.payments.openOrders else {
            throw Refusal(.conflict, "\(count) recharge orders wait for the operator to confirm their payment. Pay one of them.")
        }
    }

    /// A QR code of what a wallet opens.
    private func code(of call: Call) async throws -> Response {
        let order = try await order(of: call)
        guard let uri = ledger.uri(of: order) else {
            throw Refusal(.conflict, "This recharge order does not wait for a payment on a network.")
        }
        return .svg(try QRCode(uri).svg)
    }

    private func claim(_ call: Call) async throws -> Response {
        let customer = try await ledger.customer(of: call)
        var fields = try await call.fields()
        let text = try fields.text("transaction", .transaction)
        try fields.finish()
        guard let transaction = TransactionHash.canonical(text) else {
            throw Refusal(.invalidRequest, "`transaction` is a transaction's hash: 64 hexadecimal digits.", param: "transaction")
        }
        let order = try await ledger.trackedOrder(of: call, account: customer.account.id).order
        let claim = PaymentClaim(order: order.id, account: order.account, transaction: transaction, at: ledger.now())
        let claimed = try await ledger.order(after: .claimPayment(claim))
        if claimed.isOpen, let terms = claimed.payment { ledger.payments.offer(terms.network)?.chain?.wake() }
        return .json(ledger.view(of: try await ledger.reader.trackedOrder(claimed.id) ?? .init(alone: claimed)).json)
    }

    private func order(of call: Call) async throws -> TrackedOrder {
        try await ledger.trackedOrder(of: call, account: try await ledger.customer(of: call).account.id)
    }
}
