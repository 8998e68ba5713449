import ArgumentParser

struct WebhookShow: AdminCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a webhook.")

    @Argument(help: "whk_…") var id: String
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument { try await client.get(["webhooks", id]) }

    func text(_ answer: JSONValue) -> String { WebhookText.one(answer) }
}
