import ArgumentParser

struct WebhookDeliveryList: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries", abstract: "List what webhooks were sent, and what became of it.",
        discussion: "With --state failed: what was given up, and can be replayed.")

    @Option(help: "whk_… (default: all)") var webhook: String?
    @Option(help: "pending, delivered or failed (default: all).") var state: String?
    @OptionGroup var page: PageOptions
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument {
        let path = webhook.map { ["webhooks", $0, "deliveries"] } ?? ["deliveries"]
        return try await client.list(path, query: [("state", state)], limit: page.limit, cursor: page.cursor)
    }

    func text(_ answer: JSONValue) -> String { WebhookText.deliveries(answer) }
}
