import ArgumentParser

struct WebhookReplay: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Send a message again, whatever became of it, under the same id.")

    @Argument(help: "dlv_…") var id: String
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument { try await client.post(["deliveries", id, "replay"]) }

    func text(_ answer: JSONValue) -> String { WebhookText.delivery(answer) }
}
