import ArgumentParser

struct WebhookDisable: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Send nothing to a webhook any more, and give up what waits.")

    @Argument(help: "whk_…") var id: String
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument { try await client.post(["webhooks", id, "disable"]) }

    func text(_ answer: JSONValue) -> String { WebhookText.one(answer) }
}
