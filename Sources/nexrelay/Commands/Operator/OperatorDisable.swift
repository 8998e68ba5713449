import ArgumentParser

struct OperatorDisable: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Let an operator in no more, and end all sessions.")

    @Argument(help: "usr_…") var id: String
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument { try await client.post(["operators", id, "disable"]) }

    func text(_ answer: JSONValue) -> String { PersonText.one(answer) }
}
