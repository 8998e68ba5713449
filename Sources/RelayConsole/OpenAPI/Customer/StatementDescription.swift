import Hummingbird
import RelayDomain
import RelayStore

/// `…/statements`, of a customer's own account and, for the operator, of everybody's.
enum StatementDescription {
    static let customerRoot = "/v1/statements"
    static let adminRoot = "/admin/v1/wallets/{account}/statements"

    static let schemas: [(name: String, schema: Schema)] = [("Statement", statement), ("StatementMonth", month)]

    static let customer = operations(
        customerRoot, tag: "Account", suffix: "", parameters: [], headers: [.requestID], refusals: AccountDescription.refusals)

    static let admin =
        [
            operation(
                "/admin/v1/wallets/{account}/statement", "getStatement", "Wallets", "A month's journal",
                parameters: MoneyAdministration.ofWallet + [
                    .query("month", AdminSchemas.month, "The present one where it is left out.")
                ], answer: .json(.named("Statement"), "The statement.", headers: []), refusals: AdminDescription.refusals)
        ]
        + operations(
            adminRoot, tag: "Wallets", suffix: "OfWallet", parameters: MoneyAdministration.ofWallet, headers: [],
            refusals: AdminDescription.refusals)

    /// - Parameter suffix: of the operations' names.
    private static func operations(
        _ root: String, tag: String, suffix: String, parameters: [APIParameter], headers: [APIHeader], refusals: RefusalFamily
    ) -> [APIOperation] {
        let named = parameters + [.path("month", AdminSchemas.month, "A month, UTC, that has begun and is not before the account's own.")]
        func file(_ type: String, _ text: String) -> APIAnswer {
            APIAnswer(status: 200, text: text, content: [(type, .string)], headers: headers)
        }
        return [
            operation(
                root, "listStatements" + suffix, tag, "The months that have a statement, newest first",
                parameters: parameters + [
                    APIParameter.page(of: AccountKind.self)[0],
                    .query("cursor", AdminSchemas.month, "The `next` of the page before."),
                ], answer: .list(of: "StatementMonth", "A page of months.", headers: headers), refusals: refusals),
            operation(
                root + "/{month}", "readStatement" + suffix, tag, "A month's journal", parameters: named,
                answer: .json(.named("Statement"), "The statement.", headers: headers), refusals: refusals),
            operation(
                root + "/{month}.csv", "getStatementSheet" + suffix, tag, "A month's journal as a table", text: sheet, parameters: named,
                answer: file("text/csv", "The table."), refusals: refusals),
            operation(
                root + "/{month}.html", "getStatementPage" + suffix, tag, "A month's statement as a page that can be printed", text: page,
                parameters: named, answer: file("text/html", "The page."), refusals: refusals),
        ]
    }

    private static func operation(
        _ path: String, _ name: String, _ tag: String, _ summary: String, text: String? = nil, parameters: [APIParameter],
        answer: APIAnswer, refusals: RefusalFamily
    ) -> APIOperation {
        APIOperation(
            method: .get, path: path, name: name, tag: tag, summary: summary, text: text, parameters: parameters, answers: [answer],
            refusals: refusals, furtherCodes: refusals.codes.contains(.overloaded) ? [.notFound] : [.notFound, .overloaded])
    }

    private static let sheet = """
        RFC 4180, UTF-8, with a header row: `\(StatementSheet.columns.joined(separator: "`, `"))`. The first row behind it is the opening \
        balance, the last one the closing balance, each with 0 `credits`: the column leads from the one to the other. A file without its \
        closing row is not whole. Texts that a spreadsheet would run as a formula have an apostrophe before them.
        """

    private static let page = """
        Recharges, adjustments, payments sent back and late settlements stand one by one, up to \(ConsoleLimits.statementMovements) of \
        them; requests are added up by day and by model. Of requests whose receipts have moved to an archive it is not known any more \
        which were settled late: they are among the others.
        """

    private static let balances: [Schema.Member] = [
        .field("opening_credits", CustomerSchemas.credits), .field("opening_usd", CustomerSchemas.usd),
        .field("closing_credits", CustomerSchemas.credits), .field("closing_usd", CustomerSchemas.usd),
    ]

    /// `StatementView.line`.
    private static let month = Schema.object([.field("month", AdminSchemas.month), .field("open", .boolean, isOpen)] + balances)

    private static let isOpen = "Whether the month is not over: then it closes with what the wallet holds now."

    /// `StatementView`.
    private static let statement = Schema.object(
        [
            .field("account", .id(AccountKind.self)), .field("month", AdminSchemas.month), .field("open", .boolean, isOpen),
            .field("as_of", .time, "When it was made."),
        ] + balances + [
            .field(
                "entries",
                .array(
                    of: .object([
                        .field("at", .time), .field("kind", .string), .field("credits", CustomerSchemas.credits),
                        .field("balance_after_credits", CustomerSchemas.credits), .field("reference", .string),
                        .optional("note", .string), .optional("order", .string), .optional("network", .string),
                        .optional("transaction", .string),
                    ])), "In the journal's order. However many there are, they come in one answer.")
        ])
}
