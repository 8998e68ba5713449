import RelayDomain

/// What the public listener serves as an API.
enum CustomerDescription {
    /// - Parameter version: the program's.
    static func document(version: String) -> APIDescription {
        APIDescription(
            title: "NexRelay", version: version, text: text, key: "A key of the account, `nxr_…`.",
            families: [
                RelayedDescription.refusals, ResponsesDescription.countingRefusals, AccountDescription.refusals, OpenDescription.refusals,
            ], operations: operations,
            schemas: RelayedDescription.schemas + CustomerSchemas.all)
    }

    static let operations =
        RelayedDescription.operations + AccountDescription.operations + StatementDescription.customer + RechargeDescription.operations
        + OpenDescription.operations

    private static let text = """
        A prepaid, OpenAI-compatible API: point any OpenAI client at `/v1` of this relay. It is an independent third-party gateway, \
        not an official OpenAI service.

        Amounts are credits, a JSON number with up to three decimals: 1,000,000 credits are one US dollar. Times are RFC 3339, UTC.

        Every refusal is `{"error": {"message", "type", "param", "code"}}`, and nothing was billed. A path that does not exist is \
        404 `\(Refusal.Code.notFound.rawValue)`; a method that a path does not have is 405 `\(Refusal.Code.methodNotAllowed.rawValue)`, \
        with `Allow`. HEAD is GET without the body.
        """
}
