/// A request whose model's upstreams have all failed asks for the next models of its route.
public struct HoldMove: Sendable {
    /// As it was admitted: the same request, its input counted at least as well as then, and the time of now.
    public var admission: AdmissionRequest
    /// What is left of the route, in order.
    public let models: [String]

    public init(_ admission: AdmissionRequest, to models: [String]) {
        self.admission = admission
        self.models = models
    }
}

extension Ledger {
    /// Moves an open hold to the first of the models that nothing speaks against, or refuses and changes nothing.
    ///
    /// Every limit that depends on the model is decided anew, as if the request had no hold yet: the high-cost rules and the prices are
    /// those of the model that is really called. Its place among the requests in flight and its part of the rate stay what they are.
    func move(_ move: HoldMove, in books: inout Books) -> Reply {
        let request = move.admission
        guard let old = books.holds[request.request], old.account == request.secret.account else {
            return .refused(Refusal(.notFound, "There is no request \(request.request)."))
        }
        do throws(Refusal) {
            var (key, plan, wallet) = try identify(request, in: books)
            wallet.release(old, charging: .zero, counting: .zero)
            if key.isCounted { key.release(old, charging: .zero) }
            let route = move.models.filter(key.policy.allows(model:)).compactMap(catalogue.model)
            guard !route.isEmpty else { throw Refusal(.modelNotAllowed, "This key may use no further model.", param: "model") }
            let rate = status(at: request.at, key: key, plan: plan, wallet: wallet)
            guard var hold = try firstHold(of: route, for: request, key: key, plan: plan, wallet: wallet, rate: rate) else {
                return .countNeeded(upTo: plan.contextTokens)
            }
            hold.createdAt = old.createdAt
            if hold.isHighCost, plan.highCostRule != nil { wallet.countHighCostRate(at: request.at) }
            wallet.take(hold)
            books.wallets.update(wallet.account, wallet)
            if key.isCounted {
                key.take(hold)
                books.keys.update(key.id, key)
            }
            books.replace(hold)
            if let id = hold.idempotencyKey.map({ AnswerRecord.ID(account: hold.account, key: $0) }), var record = books.answer(id) {
                record.model = hold.model
                books.keep(record)
            }
            return .admitted(grant(hold, route: route, at: request.at, key: key, plan: plan, wallet: wallet))
        } catch {
            return .refused(error)
        }
    }
}
