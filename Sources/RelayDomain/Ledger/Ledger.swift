/// The one place where money is decided: a command and the rows that it concerns in, final values and an answer out.
///
/// No clock, no I/O, no randomness. Deciding a list of commands one after another over one ``Books`` gives the same result as
/// giving each a transaction of its own, so the size of a batch never shows.
public struct Ledger: Sendable {
    public let catalogue: Catalogue
    /// When programs are warned.
    public let alerts: AlertSettings

    public init(catalogue: Catalogue, alerts: AlertSettings = AlertSettings()) {
        self.catalogue = catalogue
        self.alerts = alerts
    }

    public func decide(_ command: Command, in books: inout Books) -> Reply {
        switch command {
        case .admit(let request): admit(request, in: &books)
        case .move(let move): self.move(move, in: &books)
        case .end(let ending): end(ending, in: &books)
        case .openAccount(let account): open(account, in: &books)
        case .suspend(let account, let reason): suspend(account, because: reason, in: &books)
        case .setPlan(let account, let plan, let at): setPlan(plan, of: account, at: at, in: &books)
        case .createKey(let key): create(key, in: &books)
        case .revokeKey(let account, let key, let at): revoke(key, of: account, at: at, in: &books)
        case .adjust(let adjustment): adjust(adjustment, in: &books)
        case .createOrder(let order): create(order, in: &books)
        case .placeOrder(let placement): place(placement, in: &books)
        case .confirmOrder(let confirmation): confirm(confirmation, in: &books)
        case .cancelOrder(let account, let order, let at): cancel(order, of: account, at: at, in: &books)
        case .settleDeposit(let settlement): settle(settlement, in: &books)
        case .decideDeposit(let decision): decide(decision, in: &books)
        case .claimPayment(let payment): claim(payment, in: &books)
        case .find(let finding): find(finding, in: &books)
        case .resolve(let resolution): resolve(resolution, in: &books)
        }
    }

    static func unknown(_ account: AccountID) -> Reply {
        .refused(Refusal(.notFound, "There is no account \(account)."))
    }
}
