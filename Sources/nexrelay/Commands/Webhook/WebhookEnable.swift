import ArgumentParser

struct WebhookEnable: AdminCommand {
    static let configuration = CommandConfiguration(commandName: "enable", abstract: "Send to a webhook again, from the next event on.")

    @Argument(help: "whk_…") var id: String
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument { try await client.post(["webhooks", id, "enable"]) }

    func text(_ answer: JSONValue) -> String { WebhookText.one(answer) }
}
