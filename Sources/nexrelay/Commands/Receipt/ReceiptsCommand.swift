import ArgumentParser
import RelayDomain

struct ReceiptsCommand: AdminCommand {
    static let configuration = CommandConfiguration(commandName: "receipts", abstract: "List an account's requests, newest first.")

    @Option(help: "acc_…") var account: String
    @Option(help: "Only requests that came at or after this time (RFC 3339).") var since: TimeArgument?
    @Flag(name: .customLong("csv"), help: "Print rows for a spreadsheet.") var isCSV = false
    @OptionGroup var page: PageOptions
    @OptionGroup var admin: AdminOptions

    func validate() throws {
        if isCSV, admin.output.isJSON { throw ValidationError("--csv and --json exclude each other") }
    }

    func request(_ client: AdminClient) async throws -> AdminDocument {
        try await client.list(
            ["receipts"], query: [("account", account), ("since", since?.time.rfc3339)], limit: page.limit, cursor: page.cursor)
    }

    func text(_ answer: JSONValue) -> String { isCSV ? ReceiptText.csv(answer) : ReceiptText.list(answer) }
}
