import ArgumentParser

struct DepositList: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List deposits, those that were found last first.",
        discussion: "With --state review: those that wait for your decision.")

    @Option(help: "new, credited, review, refunded or ignored (default: all).") var state: String?
    @Option(help: "tron, ethereum, bsc or polygon (default: all).") var network: String?
    @Option(help: "acc_… (default: all)") var account: String?
    @OptionGroup var page: PageOptions
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument {
        try await client.list(
            ["deposits"], query: [("state", state), ("network", network), ("account", account)], limit: page.limit, cursor: page.cursor)
    }

    func text(_ answer: JSONValue) -> String { DepositText.list(answer) }
}
