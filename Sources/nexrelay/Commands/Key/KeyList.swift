import ArgumentParser

struct KeyList: AdminCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List keys, without their secrets.")

    @Option(help: "acc_… (default: all)") var account: String?
    @OptionGroup var page: PageOptions
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument {
        try await client.list(["keys"], query: [("account", account)], limit: page.limit, cursor: page.cursor)
    }

    func text(_ answer: JSONValue) -> String { KeyText.list(answer) }
}
