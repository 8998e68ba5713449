import ArgumentParser

struct WebhookDelete: AdminCommand {
    static let configuration = CommandConfiguration(commandName: "delete", abstract: "Remove a webhook with its deliveries.")

    @Argument(help: "whk_…") var id: String
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument { try await client.delete(["webhooks", id]) }

    func text(_ answer: JSONValue) -> String { WebhookText.deleted(answer) }
}
