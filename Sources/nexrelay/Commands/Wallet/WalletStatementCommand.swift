import ArgumentParser
import RelayDomain

struct WalletStatementCommand: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "statement", abstract: "Every entry that moved a wallet's credits in one month, UTC.")

    @Argument(help: "acc_…") var id: String
    @Option(help: "YYYY-MM. (default: the present one)") var month: MonthArgument?
    @Flag(name: .customLong("csv"), help: "Print rows for a spreadsheet.") var isCSV = false
    @Flag(name: .customLong("html"), help: "Print a page to read or to put on paper: requests are added up by day and model.")
    var isHTML = false
    @OptionGroup var admin: AdminOptions

    func validate() throws {
        if [isCSV, isHTML, admin.output.isJSON].count(where: \.self) > 1 {
            throw ValidationError("--csv, --html and --json exclude each other")
        }
    }

    func run() async throws {
        guard isCSV || isHTML else { return try await printAnswer() }
        try await admin.withClient { client in
            var named = month?.month.description
            if named == nil { named = try await newest(client) }
            guard let named else { throw CommandFailure("the relay has no statement of this account") }
            try await client.download(["wallets", id, "statements", named + (isCSV ? ".csv" : ".html")]) { StandardOutput.write($0) }
        }
    }

    /// The present month is the relay's to say.
    private func newest(_ client: AdminClient) async throws -> String? {
        let list = try await client.get(["wallets", id, "statements"], query: [("limit", "1")])
        return list.value?["data"].items.first?["month"].string
    }

    func request(_ client: AdminClient) async throws -> AdminDocument {
        try await client.get(["wallets", id, "statement"], query: [("month", month?.month.description)])
    }

    func text(_ answer: JSONValue) -> String { StatementText.one(answer) }
}
