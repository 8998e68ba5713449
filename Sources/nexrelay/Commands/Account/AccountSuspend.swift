import ArgumentParser

struct AccountSuspend: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend", abstract: "Refuse an account's requests from now on. It may still read its wallet and receipts.")

    @Argument(help: "acc_…") var id: String
    @Option(help: "Why.") var reason: String
    @OptionGroup var admin: AdminOptions

    func validate() throws { try requireText(reason, "--reason") }

    func request(_ client: AdminClient) async throws -> AdminDocument {
        try await client.post(["accounts", id, "suspend"], ["reason": .string(reason)])
    }

    func text(_ answer: JSONValue) -> String { AccountText.one(answer) }
}
