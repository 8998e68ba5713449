import RelayDomain
import RelayStore

/// How the control plane reaches the books: a reader, the one writer, a clock, and the keyed hash of secrets.
struct LedgerAccess: Sendable {
    let reader: LedgerReader
    let writer: LedgerWriter
    let now: @Sendable () -> Timestamp
    let hashSecret: @Sendable (KeySecret) -> KeyHash
    var payments = PaymentDesk.byHand
    let webhooks: WebhookDesk

    /// The models and plans in force.
    var catalogue: Catalogue { writer.ledger.catalogue }

    /// Runs a command that answers with a wallet.
    func wallet(after command: Command) async throws -> Wallet {
        guard case .wallet(let wallet) = try await reply(to: command) else { throw UnexpectedReply() }
        return wallet
    }

    func account(after command: Command) async throws -> (Account, Wallet) {
        guard case .account(let account, let wallet) = try await reply(to: command) else { throw UnexpectedReply() }
        return (account, wallet)
    }

    func key(after command: Command) async throws -> Key {
        guard case .key(let key) = try await reply(to: command) else { throw UnexpectedReply() }
        return key
    }

    func order(after command: Command) async throws -> RechargeOrder {
        guard case .order(let order) = try await reply(to: command) else { throw UnexpectedReply() }
        return order
    }

    func deposit(after command: Command) async throws -> Deposit {
        guard case .deposit(let deposit) = try await reply(to: command) else { throw UnexpectedReply() }
        return deposit
    }

    func review(after command: Command) async throws -> Review {
        guard case .review(let review) = try await reply(to: command) else { throw UnexpectedReply() }
        return review
    }

    /// - Throws: the ledger's refusal.
    private func reply(to command: Command) async throws(Refusal) -> Reply {
        let reply = await writer.perform(command)
        if case .refused(let refusal) = reply { throw refusal }
        return reply
    }

    /// The ledger answered a command in a shape that is not that command's.
    private struct UnexpectedReply: Error {}
}

extension Identifier {
    /// A new one, from the system's own randomness.
    static func fresh(at time: Timestamp) -> Self {
        var generator = SystemRandomNumberGenerator()
        return Self(at: time, random: &generator)
    }
}
