import RelayDomain
import RelayStore

/// What customers and the operator do with recharge orders.
extension LedgerAccess {
    /// How often an order looks again for a free slot, when others were faster.
    private static let attempts = 5
    /// Slots that an order brings along.
    private static let candidates = 32

    /// The network that a field names.
    /// - Returns: nil where it names none: the operator confirms by hand.
    func offer(in fields: inout Fields) throws(Refusal) -> PaymentDesk.Offer? {
        guard let name = try fields.optionalText("network", .network) else { return nil }
        if let offer = PaymentNetwork(rawValue: name).flatMap(payments.offer) { return offer }
        let names = payments.offers.map { "`\($0.network.rawValue)`" }.joined(separator: ", ")
        let words =
            names.isEmpty
            ? "No network is configured. Leave it out: the operator confirms the payment by hand."
            : "Recharges are paid on \(names); or leave it out, and the operator confirms the payment by hand."
        throw Refusal(.invalidRequest, words, param: "network")
    }

    /// The plan that a field names.
    func plan(in fields: inout Fields) throws(Refusal) -> Plan {
        let id = try fields.text("plan", .planID)
        let catalogue = catalogue
        if let plan = catalogue.plan(id) { return plan }
        let ids = catalogue.plans.map(\.id).joined(separator: ", ")
        throw Refusal(.invalidRequest, "There is no such plan. The plans are: \(ids).", param: "plan")
    }

    /// Orders a plan. The order keeps the plan's price and credits of this moment, whatever the catalogue says when it is paid.
    func createOrder(of plan: Plan, for account: AccountID, on offer: PaymentDesk.Offer?) async throws -> RechargeView {
        let now = now()
        let order = RechargeOrder(
            id: .fresh(at: now), account: account, plan: plan.id, price: plan.price, credits: plan.credits, createdAt: now)
        guard let offer else { return view(of: try await self.order(after: .createOrder(order))) }
        var slots = try await freeSlots(for: order, on: offer)
        var attempt = 1
        while true {
            do {
                return view(of: try await self.order(after: .placeOrder(placement(of: order, in: slots, on: offer))))
            } catch let refusal as Refusal where refusal.code == .conflict && attempt < Self.attempts {
                // Where others took them all meanwhile, there may be more.
                let present = try await freeSlots(for: order, on: offer)
                guard !present.isEmpty, Set(present).isDisjoint(with: slots) else { throw refusal }
                slots = present
                attempt += 1
            }
        }
    }

    private func freeSlots(for order: RechargeOrder, on offer: PaymentDesk.Offer) async throws -> [PaymentSlot] {
        try await reader.freeSlots(
            network: offer.network, addresses: offer.addresses, price: order.price, decimals: offer.decimals, at: order.createdAt,
            limit: Self.candidates)
    }

    private func placement(of order: RechargeOrder, in slots: [PaymentSlot], on offer: PaymentDesk.Offer) -> OrderPlacement {
        let expiresAt = order.createdAt.adding(milliseconds: payments.openMilliseconds)
        return OrderPlacement(
            order: order, slots: slots, decimals: offer.decimals, expiresAt: expiresAt,
            graceUntil: expiresAt.adding(milliseconds: payments.graceMilliseconds), confirmationsNeeded: offer.confirmationsNeeded,
            openLimit: payments.openOrders)
    }

    /// An order as people see it now.
    /// - Parameter account: nil for whomever's; an order of another account does not exist, as far as this one can tell.
    func trackedOrder(of call: Call, account: AccountID? = nil) async throws -> TrackedOrder {
        guard let order = try await reader.trackedOrder(try call.identifier("id", of: "recharge order")),
            account == nil || order.order.account == account
        else { throw Refusal.noSuch("recharge order") }
        return order
    }

    func view(of order: TrackedOrder) -> RechargeView {
        RechargeView(tracked: order, now: now(), uri: uri(of: order))
    }

    /// An order that a command has just left like this. What its chain shows is of a later look.
    func view(of order: RechargeOrder) -> RechargeView {
        view(of: TrackedOrder(alone: order))
    }

    func orders(of account: AccountID?, _ query: Query) async throws -> ListView {
        let page = try await reader.trackedOrders(of: account, limit: query.limit(), after: query.cursor(OrderKind.self))
        return ListView(page) { view(of: $0).json }
    }

    /// nil for an order that nobody should pay now: a second payment would wait for the operator.
    func uri(of order: TrackedOrder) -> String? {
        guard let terms = order.order.payment, order.standing(at: now()) == .waiting, let offer = payments.offer(terms.network) else {
            return nil
        }
        return payments.uri(terms, offer)
    }
}

extension TrackedOrder {
    /// An order of which the chain shows nothing.
    init(alone order: RechargeOrder) { self.init(order: order, sighting: nil, creditedBlock: nil, head: nil) }
}
