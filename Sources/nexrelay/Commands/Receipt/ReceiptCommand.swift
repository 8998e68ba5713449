import ArgumentParser

struct ReceiptCommand: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt", abstract: "Show what one request was, what it used, and what it cost.")

    @Argument(help: "The `x-request-id` of the response: req_…") var id: String
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument { try await client.get(["receipts", id]) }

    func text(_ answer: JSONValue) -> String { ReceiptText.one(answer) }
}
