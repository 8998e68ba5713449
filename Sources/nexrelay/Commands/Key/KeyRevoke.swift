import ArgumentParser

struct KeyRevoke: AdminCommand {
    static let configuration = CommandConfiguration(commandName: "revoke", abstract: "End a key, from the next request on.")

    @Argument(help: "key_…") var id: String
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument { try await client.post(["keys", id, "revoke"]) }

    func text(_ answer: JSONValue) -> String { KeyText.one(answer) }
}
