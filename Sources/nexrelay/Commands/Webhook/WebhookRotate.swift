import ArgumentParser

struct WebhookRotate: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Make a new secret, and print it, once: messages are signed with both for 24 hours.")

    @Argument(help: "whk_…") var id: String
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument { try await client.post(["webhooks", id, "rotate"]) }

    func text(_ answer: JSONValue) -> String { WebhookText.one(answer) }
}
