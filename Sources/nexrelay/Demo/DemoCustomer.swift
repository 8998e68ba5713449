import RelayDomain
import RelayStore

/// The demo's one customer: an account with credits, and a key that is new at each start, since a secret cannot be read back.
struct DemoCustomer: Sendable {
    private static let email = "demo@example.com"
    private static let keyName = "demo"
    private static let plan = "pro"
    /// With less than this a recharge is added.
    private static let leastCredits = Credits(1_000_000)
    private static let pageItems = 100

    let account: AccountID
    let secret: KeySecret
    let available: Credits

    /// Opens the account where there is none, recharges it where little is left, and changes its key.
    /// - Throws: ``CommandFailure`` when the ledger refuses.
    static func prepare(_ relay: Assembly) async throws -> DemoCustomer {
        let (account, wallet) = try await account(relay)
        var available = wallet.available
        if available < leastCredits || wallet.plan == nil { available += try await recharge(account.id, relay) }
        try await revokeKeys(of: account.id, relay)
        return DemoCustomer(account: account.id, secret: try await createKey(for: account.id, relay), available: available)
    }

    private static func account(_ relay: Assembly) async throws -> (Account, Wallet) {
        var after: String?
        repeat {
            let page = try await relay.reader.accounts(limit: pageItems, after: after)
            if let found = page.items.first(where: { $0.0.email == email }) { return found }
            after = page.next
        } while after != nil
        var random = SystemRandomNumberGenerator()
        let now = SystemClock.now()
        let account = Account(id: AccountID(at: now, random: &random), email: email, name: "Demo", createdAt: now)
        guard case .account(let opened, let wallet) = try await perform(.openAccount(account), relay) else { throw unexpected }
        return (opened, wallet)
    }

    private static func recharge(_ account: AccountID, _ relay: Assembly) async throws -> Credits {
        guard let plan = relay.settings.catalogue.plan(plan) else { throw unexpected }
        var random = SystemRandomNumberGenerator()
        let now = SystemClock.now()
        let order = RechargeOrder(
            id: OrderID(at: now, random: &random), account: account, plan: plan.id, price: plan.price, credits: plan.credits, createdAt: now
        )
        _ = try await perform(.createOrder(order), relay)
        let confirmation = OrderConfirmation(order: order.id, account: account, note: "demo", transaction: nil, at: now)
        _ = try await perform(.confirmOrder(confirmation), relay)
        return plan.credits
    }

    private static func revokeKeys(of account: AccountID, _ relay: Assembly) async throws {
        var after: String?
        repeat {
            let page = try await relay.reader.keys(of: account, limit: pageItems, after: after)
            for key in page.items where key.name == keyName && key.revokedAt == nil {
                _ = try await perform(.revokeKey(account, key.id, at: SystemClock.now()), relay)
            }
            after = page.next
        } while after != nil
    }

    private static func createKey(for account: AccountID, _ relay: Assembly) async throws -> KeySecret {
        var random = SystemRandomNumberGenerator()
        let now = SystemClock.now()
        let secret = KeySecret(account: account, random: &random)
        let key = Key(
            id: KeyID(at: now, random: &random), account: account, hash: relay.keyring.hash(secret), name: keyName,
            displayPrefix: secret.displayPrefix, policy: KeyPolicy(), createdAt: now)
        _ = try await perform(.createKey(key), relay)
        return secret
    }

    private static func perform(_ command: Command, _ relay: Assembly) async throws -> Reply {
        let reply = await relay.writer.perform(command)
        if case .refused(let refusal) = reply { throw CommandFailure(refusal.message) }
        return reply
    }

    private static let unexpected = CommandFailure("the demo's customer could not be prepared")
}
