import ArgumentParser

struct RechargeList: AdminCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List recharge orders.")

    @Option(help: "acc_… (default: all)") var account: String?
    @OptionGroup var page: PageOptions
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument {
        try await client.list(["recharges"], query: [("account", account)], limit: page.limit, cursor: page.cursor)
    }

    func text(_ answer: JSONValue) -> String { RechargeText.list(answer) }
}
