import ArgumentParser
import RelayDomain

struct WalletStatementCommand: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "statement", abstract: "Every entry that moved a wallet's credits in one month, UTC.")

    @Argument(help: "acc_…") var id: String
    @Option(help: "YYYY-MM. (default: the present one)") var month: MonthArgument?
    @Flag(name: .customLong("csv"), help: "Print rows for a spreadsheet.") var isCSV = false
    @OptionGroup var admin: AdminOptions

    func validate() throws {
        if isCSV, admin.output.isJSON { throw ValidationError("--csv and --json exclude each other") }
    }

    func request(_ client: AdminClient) async throws -> AdminDocument {
        try await client.get(["wallets", id, "statement"], query: [("month", month?.month.description)])
    }

    func text(_ answer: JSONValue) -> String { isCSV ? StatementText.csv(answer) : StatementText.one(answer) }
}
