import ArgumentParser

struct AccountResume: AdminCommand {
    static let configuration = CommandConfiguration(commandName: "resume", abstract: "End a suspension.")

    @Argument(help: "acc_…") var id: String
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument { try await client.post(["accounts", id, "resume"]) }

    func text(_ answer: JSONValue) -> String { AccountText.one(answer) }
}
