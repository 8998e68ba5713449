import ArgumentParser

struct WebhookList: AdminCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List webhooks, without their secrets.")

    @Option(help: "acc_… (default: your own)") var account: String?
    @OptionGroup var page: PageOptions
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument {
        try await client.list(["webhooks"], query: [("account", account)], limit: page.limit, cursor: page.cursor)
    }

    func text(_ answer: JSONValue) -> String { WebhookText.list(answer) }
}
