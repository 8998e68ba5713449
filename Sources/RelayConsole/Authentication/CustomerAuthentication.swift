import Hummingbird
import RelayDomain
import RelayStore

/// Whose key a request carries.
struct Customer: Sendable {
    let key: Key
    let account: Account
    let wallet: Wallet

    /// - Throws: `account_suspended`.
    func requireActive() throws(Refusal) {
        guard wallet.suspendedBecause == nil else {
            throw Refusal(.accountSuspended, "This account is suspended. Contact the operator of this relay.")
        }
    }
}

extension LedgerAccess {
    /// The customer that a request comes from. A suspended account passes: it may still read its wallet and receipts.
    /// - Throws: `invalid_api_key` when the key is missing, malformed, unknown, revoked or expired: always in the same words;
    ///   `ip_not_allowed` when its policy does not name the client's network.
    func customer(of call: Call) async throws -> Customer {
        guard let text = BearerToken.read(from: call.request), let secret = KeySecret(text) else { throw Ledger.invalidKey }
        let presented = PresentedKey(account: secret.account, hash: hashSecret(secret))
        guard let (key, account, wallet) = try await reader.authenticate(presented, at: now()) else { throw Ledger.invalidKey }
        guard key.policy.allows(address: call.address) else { throw Ledger.addressNotAllowed }
        return Customer(key: key, account: account, wallet: wallet)
    }
}
