import RelayDomain

/// `/admin/v1/accounts` and `/admin/v1/keys`.
enum AccountAdministration {
    static let operations = accounts + keys

    private static let accounts = [
        AdminDescription.post(
            "/admin/v1/accounts", "createAccount", "Accounts", "Open an account",
            body: [.field("email", .text(.email)), .optional("name", Schema.text(.name).orNull)], answer: "Account", isCreation: true),
        AdminDescription.get(
            "/admin/v1/accounts", "listAccounts", "Accounts", "Accounts, newest first", parameters: APIParameter.page(of: AccountKind.self),
            answer: .list(of: "Account", "A page of accounts.", headers: [])),
        AdminDescription.get(
            "/admin/v1/accounts/{id}", "getAccount", "Accounts", "One account", parameters: AdminDescription.id("id", AccountKind.self),
            answer: .json(.named("Account"), "The account.", headers: [])),
        AdminDescription.post(
            "/admin/v1/accounts/{id}/plan", "setPlan", "Accounts", "Put an account on a plan, at once",
            parameters: AdminDescription.id("id", AccountKind.self), body: [.field("plan", .text(.planID))], answer: "Account"),
        AdminDescription.post(
            "/admin/v1/accounts/{id}/suspend", "suspendAccount", "Accounts", "Refuse an account's requests",
            parameters: AdminDescription.id("id", AccountKind.self), body: [.field("reason", .text(.reason))], answer: "Account"),
        AdminDescription.post(
            "/admin/v1/accounts/{id}/resume", "resumeAccount", "Accounts", "Take an account's requests again",
            parameters: AdminDescription.id("id", AccountKind.self), answer: "Account"),
    ]

    private static let keys = [
        AdminDescription.post(
            "/admin/v1/keys", "createKey", "Keys", "Make a key; the answer has its secret, and no other has",
            body: [
                .field("account", .id(AccountKind.self)), .optional("name", Schema.text(.name).orNull),
                .optional("policy", AdminSchemas.keyPolicy.orNull),
            ], answer: "Key", isCreation: true, furtherCodes: [.modelNotFound]),
        AdminDescription.get(
            "/admin/v1/keys", "listKeys", "Keys", "Keys, newest first",
            parameters: [AdminDescription.ofAccount("Only its keys.")] + APIParameter.page(of: KeyKind.self),
            answer: .list(of: "Key", "A page of keys.", headers: [])),
        AdminDescription.post(
            "/admin/v1/keys/{id}/revoke", "revokeKey", "Keys", "Revoke a key; one that is revoked is answered as it stands",
            parameters: AdminDescription.id("id", KeyKind.self), answer: "Key"),
    ]
}
