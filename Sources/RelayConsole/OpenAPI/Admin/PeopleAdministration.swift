import RelayDomain

/// `/admin/v1/operators`, and the passwords that are given out.
enum PeopleAdministration {
    static let operations = [
        AdminDescription.post(
            "/admin/v1/operators", "createOperator", "People", "Let an operator sign in to the console; the answer has a password for once",
            body: [.field("email", .text(.email)), .optional("name", Schema.text(.name).orNull)], answer: "Person", isCreation: true),
        AdminDescription.get(
            "/admin/v1/operators", "listOperators", "People", "Operators, newest first", parameters: APIParameter.page(of: PersonKind.self),
            answer: .list(of: "Person", "A page of operators.", headers: [])),
        AdminDescription.post(
            "/admin/v1/operators/{id}/password", "giveOperatorPassword", "People",
            "Give an operator a new password for once, and end the sessions", parameters: AdminDescription.id("id", PersonKind.self),
            body: forgetting, answer: "Person"),
        AdminDescription.post(
            "/admin/v1/operators/{id}/disable", "disableOperator", "People",
            "Let an operator in no more, until there is a new password; the sessions end",
            parameters: AdminDescription.id("id", PersonKind.self), answer: "Person"),
        AdminDescription.post(
            "/admin/v1/accounts/{id}/password", "giveAccountPassword", "People",
            "Give an account's customer a password for once, and end the sessions", parameters: AdminDescription.id("id", AccountKind.self),
            body: forgetting, answer: "Person"),
    ]

    private static let forgetting = [
        Schema.Member.optional(
            "forget_codes", Schema.boolean.orNull,
            "Whether to ask for codes no more: for somebody who has lost the device and the recovery codes.")
    ]

    /// `PersonView`.
    static let schemas: [(name: String, schema: Schema)] = [
        (
            "Person",
            .object([
                .field("id", .id(PersonKind.self)), .field("email", .string), .field("name", .string),
                .field("role", .words(["customer", "operator"])), .field("account", Schema.id(AccountKind.self).orNull),
                .field("state", .words(Person.State.allCases.map(\.rawValue))), .field("codes", .boolean), .field("created_at", .time),
                .optional("password", .string, "Only where it was just given out: good for one sign-in, to choose another."),
                .optional("password_expires_at", Schema.time.orNull),
            ])
        )
    ]
}
