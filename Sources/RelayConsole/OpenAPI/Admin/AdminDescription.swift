import Hummingbird
import RelayDomain

/// What the admin listener serves.
enum AdminDescription {
    static let path = "/admin/v1/openapi.json"

    /// - Parameter version: the program's.
    static func document(version: String) -> APIDescription {
        APIDescription(
            title: "NexRelay, the operator's side", version: version, text: text,
            key: "The admin token. It lies in the data directory, as `admin.token`.", headers: headers, families: [refusals],
            operations: operations,
            schemas: CustomerSchemas.shared + ReceiptSchemas.all + AdminSchemas.all + PaymentAdministration.schemas
                + WebhookSchemas.all + PeopleAdministration.schemas)
    }

    static let operations =
        AccountAdministration.operations + PeopleAdministration.operations + MoneyAdministration.operations
        + PaymentAdministration.operations + WebhookAdministration.operations + WatchAdministration.operations

    private static let text = """
        What the command line does, one resource per noun. The listener is on the loopback unless the operator says otherwise.

        Amounts are credits, a JSON number with up to three decimals: 1,000,000 credits are one US dollar; where they are sent, a string is \
        taken too. Times are RFC 3339, UTC. A field of a body that is not named here is refused.

        A path that does not exist is 404 `\(Refusal.Code.notFound.rawValue)`; a method that a path does not have is 405 \
        `\(Refusal.Code.methodNotAllowed.rawValue)`, with `Allow`. HEAD is GET without the body.
        """

    private static let headers: [APIHeader] = [.retryAfter, .authenticate, .etag]

    static let refusals = RefusalFamily(
        name: "Admin",
        codes: [.invalidRequest, .invalidAPIKey, .internalError, .ledgerUnavailable], headers: Set(headers))

    /// What answers without the token, and refuses nothing.
    static let open = RefusalFamily(name: "Open", codes: [], needsKey: false)

    // MARK: The kinds of operation

    static func get(
        _ path: String, _ name: String, _ tag: String, _ summary: String, parameters: [APIParameter] = [], answer: APIAnswer
    ) -> APIOperation {
        APIOperation(
            method: .get, path: path, name: name, tag: tag, summary: summary, parameters: parameters, answers: [answer], refusals: refusals,
            furtherCodes: path.contains("{") ? [.notFound] : [])
    }

    /// - Parameters:
    ///   - body: its fields; none where it may be left out.
    ///   - answer: a schema of the document.
    static func post(
        _ path: String, _ name: String, _ tag: String, _ summary: String, parameters: [APIParameter] = [], body: [Schema.Member] = [],
        answer: String, isCreation: Bool = false, furtherCodes: [Refusal.Code] = []
    ) -> APIOperation {
        APIOperation(
            method: .post, path: path, name: name, tag: tag, summary: summary, parameters: parameters,
            body: Schema.object(body).with("additionalProperties", .bool(false)), isBodyRequired: body.contains(where: \.isRequired),
            answers: [.json(.named(answer), "As it now stands.", status: isCreation ? 201 : 200, headers: [])], refusals: refusals,
            furtherCodes: [.invalidJSON, .notFound, .conflict, .requestTooLarge, .overloaded, .draining] + furtherCodes)
    }

    static func id<Kind: IdentifierKind>(_ name: String, _ kind: Kind.Type) -> [APIParameter] { [.path(name, .id(kind), "Its id.")] }

    static func ofAccount(_ text: String) -> APIParameter { .query("account", .id(AccountKind.self), text) }
}
