import RelayDomain

/// `{"id","email","name","state","plan","created_at"}`; `state` is `active` or `suspended`.
struct AccountView {
    let account: Account
    let wallet: Wallet
    let now: Timestamp

    var json: JSONValue {
        [
            "id": .id(account.id),
            "email": .string(account.email),
            "name": .string(account.name),
            "state": .string(wallet.suspendedBecause == nil ? "active" : "suspended"),
            "plan": .text(wallet.rolled(to: now.month).plan),
            "created_at": .time(account.createdAt),
        ]
    }
}
