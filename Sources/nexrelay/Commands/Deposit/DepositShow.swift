import ArgumentParser

struct DepositShow: AdminCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a deposit, and who has claimed it.")

    @Argument(help: "dep:…") var id: String
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument { try await client.get(["deposits", id]) }

    func text(_ answer: JSONValue) -> String { DepositText.one(answer) }
}
